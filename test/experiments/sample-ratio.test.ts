import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { logGamma } from "../../src/experiments/statistics/log-gamma.ts";
import { checkSampleRatio } from "../../src/experiments/statistics/sample-ratio.ts";
import { seededRandom } from "../support/seeded-random.ts";

const half = (a: number, b: number) => [
  { key: "A", weight: 1, units: a },
  { key: "B", weight: 1, units: b },
];

/** The share of 1,000 experiments of 1,000 people, looked at after every one, that report a mismatch. */
function simulate(weights: readonly [number, number], actual: number): number {
  const random = seededRandom(37);
  let found = 0;
  for (let experiment = 0; experiment < 1000; experiment += 1) {
    const counts = [0, 0];
    for (let unit = 0; unit < 1000; unit += 1) {
      const at = random() < actual ? 0 : 1;
      counts[at] = (counts[at] ?? 0) + 1;
      const arms = weights.map((weight, arm) => ({
        key: String(arm),
        weight,
        units: counts[arm] ?? 0,
      }));
      if (checkSampleRatio([arms]).result === "as-planned") continue;
      found += 1;
      break;
    }
  }
  return found / 1000;
}

describe("the sample-ratio check", () => {
  it("reports shares far from the weights, and none near them", () => {
    expect(checkSampleRatio([half(700, 300)])).toEqual({
      result: "mismatch",
      pValue: expect.any(Number),
      shares: [
        { key: "A", planned: 0.5, seen: 0.7 },
        { key: "B", planned: 0.5, seen: 0.3 },
      ],
    });
    expect(checkSampleRatio([half(510, 490)]).result).toBe("as-planned");
    expect(checkSampleRatio([half(0, 0)])).toMatchObject({ result: "as-planned", pValue: 1 });
  });

  it("is the likelihood ratio of sequential predictions against the plan", () => {
    let evidence = 1;
    const seen = [0, 0];
    for (const at of [0, 0, 1, 0, 0, 0, 0, 0]) {
      const predicted = (50 + (seen[at] ?? 0)) / (100 + (seen[0] ?? 0) + (seen[1] ?? 0));
      evidence *= predicted / 0.5;
      seen[at] = (seen[at] ?? 0) + 1;
    }
    expect(evidence).toBeGreaterThan(1);
    expect(checkSampleRatio([half(7, 1)]).pValue).toBeCloseTo(1 / evidence, 10);
  });

  it("adds up evidence over stretches with different weights, each by its own plan", () => {
    const early = [
      { key: "A", weight: 9, units: 905 },
      { key: "B", weight: 1, units: 95 },
    ];
    expect(checkSampleRatio([early, half(500, 500)]).result).toBe("as-planned");
    expect(checkSampleRatio([half(1405, 595)]).result).toBe("mismatch");
    expect(checkSampleRatio([early, half(500, 500)]).shares[0]?.planned).toBeCloseTo(0.7, 10);
    const twice = checkSampleRatio([half(580, 420), half(580, 420)]).pValue;
    expect(twice).toBeCloseTo(checkSampleRatio([half(580, 420)]).pValue ** 2, 10);
  });

  it("reports a unit in an arm of weight 0 at once", () => {
    const off = { key: "C", weight: 0, units: 1 };
    expect(checkSampleRatio([[...half(5, 5), off]])).toMatchObject({
      result: "mismatch",
      pValue: 0,
    });
    expect(checkSampleRatio([[...half(5, 5), { ...off, units: 0 }]]).result).toBe("as-planned");
  });

  it("does not depend on the order or the names of the arms", () => {
    const count = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(count, count, (a, b) => {
        const there = checkSampleRatio([half(a, b)]).pValue;
        expect(checkSampleRatio([half(b, a)]).pValue).toBeCloseTo(there, 10);
      }),
    );
  });

  it("errs in at most 1 % of experiments looked at after every person", () => {
    expect(simulate([1, 1], 0.5)).toBeLessThanOrEqual(0.01);
    expect(simulate([4, 1], 0.8)).toBeLessThanOrEqual(0.01);
  });

  it("notices within 1,000 people that a third of one arm is lost, and a fifth more often than not", () => {
    expect(simulate([1, 1], 0.6)).toBeGreaterThan(0.95);
    expect(simulate([1, 1], 0.5 / 0.9)).toBeGreaterThan(0.5);
  });
});

describe("the logarithm of the gamma function", () => {
  it("is that of the factorial, and of the square root of pi at one half", () => {
    expect(logGamma(1)).toBeCloseTo(0, 12);
    expect(logGamma(6)).toBeCloseTo(Math.log(120), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
    expect(logGamma(171) / Math.log(7.257415615307994e306)).toBeCloseTo(1, 12);
  });

  it("grows by ln x from x to x + 1", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e5, noNaN: true }), (x) => {
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-9);
      }),
    );
  });
});
