import { describe, expect, it } from "vitest";
import { checkGuardrails } from "../../src/experiments/statistics/check-guardrails.ts";
import {
  checkGuardrail,
  DEFAULT_GUARDRAILS,
  type Guardrail,
  type GuardrailMetric,
} from "../../src/experiments/statistics/guardrail.ts";
import { toLogScale, winsorise } from "../../src/experiments/statistics/metric-scales.ts";
import { successSample, type Sample } from "../../src/experiments/statistics/sample.ts";
import { seededRandom } from "../support/seeded-random.ts";

/** Evenly spread over ± `spread` around `mean`. */
function even(count: number, mean: number, spread: number): Sample {
  const variance = (spread * spread) / 3;
  return { count, sum: count * mean, sumOfSquares: count * (mean * mean + variance) };
}

const LATENCY: Guardrail = { metric: "latency", margin: 0.25 };
const COST: Guardrail = { metric: "cost", margin: 0.25 };
const ERRORS: Guardrail = { metric: "errors", margin: 0.05 };

describe("a guardrail", () => {
  it("on errors is breached by an arm that fails more often than the margin allows", () => {
    const control = successSample(200, 4);
    const check = (errors: number) =>
      checkGuardrail(ERRORS, [{ control, arm: successSample(200, errors) }], 0.05);
    expect(check(60)).toMatchObject({ result: "breached", excess: expect.closeTo(0.28, 10) });
    expect(check(60).atLeast).toBeGreaterThan(0.05);
    expect(check(10).result).toBe("holds");
    expect(check(0).result).toBe("holds");
  });

  it("on latency compares typical times as a ratio", () => {
    const control = even(300, Math.log(1000), 1);
    const check = (ratio: number) =>
      checkGuardrail(LATENCY, [{ control, arm: even(300, Math.log(1000 * ratio), 1) }], 0.05);
    expect(check(1.6)).toMatchObject({ result: "breached", excess: expect.closeTo(0.6, 8) });
    expect(check(1.6).atLeast).toBeGreaterThan(0.25);
    expect(check(1.25).result).toBe("holds");
    expect(check(0.5)).toMatchObject({ result: "holds", excess: expect.closeTo(-0.5, 8) });
  });

  it("on cost compares what is paid as a ratio", () => {
    const control = even(300, 4000, 3000);
    const check = (mean: number) =>
      checkGuardrail(COST, [{ control, arm: even(300, mean, 3000) }], 0.05);
    expect(check(6400)).toMatchObject({ result: "breached", excess: expect.closeTo(0.6, 8) });
    expect(check(5000).result).toBe("holds");
  });

  it("on cost holds between two free arms, and not between a free and a paid one", () => {
    const free = even(300, 0, 0);
    const check = (arm: Sample) => checkGuardrail(COST, [{ control: free, arm }], 0.05);
    expect(check(free)).toMatchObject({ result: "holds", excess: 0, atLeast: 0 });
    expect(check(even(300, 4000, 3000))).toMatchObject({ result: "breached", excess: Infinity });
  });

  it("says nothing before 30 uses of both, nor of fewer than 5 effective persons", () => {
    const failing = (uses: number) => successSample(uses, uses);
    const check = (arm: Sample) =>
      checkGuardrail(ERRORS, [{ control: successSample(300, 0), arm }], 0.05).result;
    expect(check(failing(29))).toBe("too-few");
    expect(check(failing(30))).toBe("breached");
    const clusters = {
      count: 1,
      sumOfSquaredCounts: 9e4,
      sumOfProducts: 9e4,
      sumOfSquaredSums: 9e4,
    };
    expect(check(successSample(300, 300, clusters))).toBe("too-few");
  });

  it("is not fooled by a busier time of day: stretches are compared one by one", () => {
    const quiet = { control: even(500, Math.log(1000), 1), arm: even(50, Math.log(1000), 1) };
    const busy = { control: even(50, Math.log(4000), 1), arm: even(500, Math.log(4000), 1) };
    const added = { control: even(550, Math.log(1134), 1), arm: even(550, Math.log(3526), 1) };
    expect(checkGuardrail(LATENCY, [added], 0.05).result).toBe("breached");
    expect(checkGuardrail(LATENCY, [quiet, busy], 0.05).result).toBe("holds");
  });
});

describe("the guardrails of an experiment", () => {
  const arm = (key: string, errors: number) => ({
    key,
    periods: [
      {
        errors: successSample(200, errors),
        latency: even(200, Math.log(1000), 1),
        cost: even(200, 4000, 3000),
      } satisfies Record<GuardrailMetric, Sample>,
    ],
  });

  it("stop the arm that breaks one of them, and no other", () => {
    const options = { guardrails: DEFAULT_GUARDRAILS };
    const checks = checkGuardrails(arm("A", 4), [arm("B", 90), arm("C", 4)], options);
    expect(checks).toHaveLength(6);
    const breached = checks.filter(({ result }) => result === "breached");
    expect(breached.map(({ key, metric }) => `${key} ${metric}`)).toEqual(["B errors"]);
  });

  it("share one alpha: more arms and metrics need more proof each", () => {
    const one = checkGuardrails(arm("A", 4), [arm("B", 60)], { guardrails: [ERRORS] });
    const all = checkGuardrails(arm("A", 4), [arm("B", 60), arm("C", 4)], {
      guardrails: DEFAULT_GUARDRAILS,
    });
    expect(all[0]?.atLeast).toBeLessThan(one[0]?.atLeast ?? 0);
  });
});

describe("guardrails looked at after every use, with long-tailed times and costs", () => {
  const CAP = 20_000;

  function normal(random: () => number): number {
    return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  }

  /** The share of 500 experiments in which an arm whose true excess is given is stopped within 600 uses. */
  function simulate(guardrail: Guardrail, excess: number): number {
    const random = seededRandom(13);
    const draw = {
      errors: (worse: number) => (random() < 0.03 + worse ? 1 : 0),
      latency: (worse: number) => toLogScale(1000 * Math.exp(0.8 * normal(random)) * (1 + worse)),
      cost: (worse: number) =>
        winsorise(1000 * Math.exp(normal(random)) * (1 + worse), CAP * (1 + worse)),
    }[guardrail.metric];
    let stopped = 0;
    for (let experiment = 0; experiment < 500; experiment += 1) {
      const pair = { control: even(0, 0, 0), arm: even(0, 0, 0) };
      for (let uses = 1; uses <= 600; uses += 1) {
        for (const [sample, worse] of [
          [pair.control, 0],
          [pair.arm, excess],
        ] as const) {
          const value = draw(worse);
          sample.count += 1;
          sample.sum += value;
          sample.sumOfSquares += value * value;
        }
        if (checkGuardrail(guardrail, [pair], 0.05).result !== "breached") continue;
        stopped += 1;
        break;
      }
    }
    return stopped / 500;
  }

  it.each([ERRORS, LATENCY, COST])(
    "stop an arm exactly at its $metric margin in at most one of twenty experiments",
    (guardrail) => {
      expect(simulate(guardrail, guardrail.margin)).toBeLessThanOrEqual(0.05);
    },
  );

  it.each([
    { guardrail: ERRORS, excess: 0.2 },
    { guardrail: LATENCY, excess: 0.9 },
    { guardrail: COST, excess: 0.9 },
  ])("stop an arm that is far beyond its margin: $guardrail.metric", ({ guardrail, excess }) => {
    expect(simulate(guardrail, excess)).toBeGreaterThan(0.95);
  });
});

describe("the scales of the guardrails", () => {
  it("take logarithms that know 0, and cap what is beyond the cap only", () => {
    expect(toLogScale(0)).toBe(0);
    expect(toLogScale(Math.E - 1)).toBeCloseTo(1, 12);
    expect(winsorise(500, 1000)).toBe(500);
    expect(winsorise(5000, 1000)).toBe(1000);
  });
});
