import { describe, expect, it } from "vitest";
import {
  checkGuardrails,
  type ArmGuardrail,
} from "../../src/experiments/statistics/check-guardrails.ts";
import { compareArms } from "../../src/experiments/statistics/compare-arms.ts";
import { checkSampleRatio } from "../../src/experiments/statistics/sample-ratio.ts";
import { successSample } from "../../src/experiments/statistics/sample.ts";
import { toVerdict, type VerdictInput } from "../../src/experiments/statistics/verdict.ts";
import { toCells, type VerdictArm } from "../../src/experiments/statistics/verdict-table.ts";

const arm = (name: string, units: number, uses: number, successes: number): VerdictArm => ({
  key: name.toLowerCase(),
  name,
  units,
  uses,
  successes,
});

function input(
  arms: VerdictArm[],
  more: Partial<VerdictInput> = {},
  stopped: string[] = [],
): VerdictInput {
  const samples = arms.map(({ key, uses, successes }) => ({
    key,
    periods: [successSample(uses, successes)],
  }));
  return {
    arms,
    unit: "person",
    comparison: compareArms(samples, "a", { stopped: new Set(stopped) }),
    sampleRatio: null,
    guardrails: [],
    promotion: null,
    rollBack: null,
    ...more,
  };
}

const A = arm("A", 206, 1400, 1120);
const B = arm("B", 206, 1400, 1205);
const EQUAL = arm("C", 200, 1400, 1130);
const WORSE = arm("D", 190, 1400, 980);
const MARCH_4 = new Date("2026-03-04T09:00:00Z");

function breach(key: string, failed: number): ArmGuardrail[] {
  const metrics = (name: string, errors: number) => ({
    key: name,
    periods: [
      {
        errors: successSample(200, errors),
        latency: { count: 0, sum: 0, sumOfSquares: 0 },
        cost: { count: 0, sum: 0, sumOfSquares: 0 },
      },
    ],
  });
  const guardrails = [{ metric: "errors", margin: 0.05 }] as const;
  return checkGuardrails(metrics("a", 4), [metrics(key, failed)], { guardrails });
}

describe("the sentence of an experiment", () => {
  const say = (...given: Parameters<typeof input>): string => toVerdict(input(...given)).sentence;

  it("names winner, difference, interval and people", () => {
    expect(say([A, B])).toBe(
      "B beats A by 6.1 points, 95 % interval 1.6 to 10.6, 412 people; ready to be promoted.",
    );
  });

  it("names the day of a promotion", () => {
    expect(say([A, B], { promotion: { key: "b", at: MARCH_4, share: 1 } })).toBe(
      "B beats A by 6.1 points, 95 % interval 1.6 to 10.6, 412 people; promoted on 2026-03-04.",
    );
  });

  it("says how many have a promoted arm while its share grows", () => {
    expect(say([A, B], { promotion: { key: "b", at: MARCH_4, share: 0.2 } })).toMatch(
      /; promoted on 2026-03-04, for 20\.0 % so far\.$/u,
    );
  });

  it("says so when late feedback has taken the proof of a promotion away", () => {
    expect(say([A, EQUAL], { promotion: { key: "c", at: MARCH_4, share: 1 } })).toBe(
      "C was promoted on 2026-03-04; now C is 0.7 points above A, 95 % interval −4.0 to 5.5, 406 people.",
    );
  });

  it("names the day and reason of a rollback", () => {
    const rollBack = { key: "b", at: MARCH_4, because: "success" } as const;
    const because = "B was rolled back to A on 2026-03-04: ";
    expect(say([A, B], { rollBack }, ["b"])).toBe(`${because}it did worse.`);
    expect(say([A, B], { rollBack: { ...rollBack, because: "cost" } })).toBe(
      `${because}it broke the guardrail cost.`,
    );
    expect(say([A, B], { rollBack: { ...rollBack, because: "operator" } })).toBe(
      `${because}an operator decided so.`,
    );
  });

  it("says that no difference is shown yet, and of which arm it speaks", () => {
    expect(say([A, EQUAL])).toBe(
      "No difference shown yet: C is 0.7 points above A, 95 % interval −4.0 to 5.5, 406 people.",
    );
    expect(say([A, EQUAL, WORSE])).toMatch(
      /^No difference shown yet: C is 0\.7 points above A, 95 %/u,
    );
  });

  it("says that there is no winner yet when an arm is worse and another has too few uses", () => {
    expect(say([A, WORSE, arm("E", 10, 20, 20)])).toMatch(
      /^No winner yet: D is worse than A by 10\.0 points, 95 % interval 4\.\d to 15\.\d, 396 people\.$/u,
    );
  });

  it("says how many uses are missing", () => {
    expect(say([arm("A", 9, 40, 30), arm("B", 1, 1, 1)])).toBe(
      "Too early to compare: A has 40 uses, B has 1 use; each needs 100 from 12 people or more.",
    );
    expect(say([arm("A", 40, 40, 30), arm("B", 1, 1, 1)], { unit: "use" })).toBe(
      "Too early to compare: A has 40 uses, B has 1 use; each needs 100.",
    );
  });

  it("says that control holds", () => {
    expect(say([A, WORSE], { unit: "room" })).toMatch(
      /^A holds: D is worse than A by 10\.0 points, 95 % interval [\d.]+ to [\d.]+, 396 rooms\.$/u,
    );
  });

  it("names the guardrail that stopped an arm, alone or after what is known of the others", () => {
    const guardrails = breach("b", 70);
    expect(say([A, B], { guardrails }, ["b"])).toMatch(
      /^B stopped by guardrail errors: 33\.0 points more errors than A, at least [\d.]+ points, allowed 5\.0 points\.$/u,
    );
    expect(say([A, B, EQUAL], { guardrails }, ["b"])).toMatch(
      /^No difference shown yet: C is .*; B stopped by guardrail errors: .*\.$/u,
    );
    expect(say([A, B], {}, ["b"])).toBe("B stopped.");
  });

  it("trusts nothing while the sample ratio is off", () => {
    const sampleRatio = checkSampleRatio([
      [
        { key: "a", weight: 1, units: 700 },
        { key: "b", weight: 1, units: 300 },
      ],
    ]);
    expect(say([A, B], { sampleRatio })).toBe(
      "Stopped: sample ratio, B received 30.0 % where 50.0 % was planned (p < 0.001); the numbers cannot be trusted.",
    );
  });
});

describe("the table of an experiment", () => {
  it("has a row for each arm, with nothing compared for control", () => {
    const { status, table } = toVerdict(input([A, B, EQUAL], {}, ["c"]));
    expect(status).toBe("winner");
    expect(table[0]).toEqual({
      key: "a",
      name: "A",
      uses: 1400,
      units: 206,
      successRate: 0.8,
      differencePoints: null,
      lowerPoints: null,
      upperPoints: null,
      pValue: null,
      result: "control",
    });
    expect(table[1]).toMatchObject({ key: "b", result: "better" });
    expect(table[1]?.differencePoints).toBeCloseTo(6.07, 2);
    expect(table[2]).toMatchObject({ key: "c", result: "stopped" });
  });

  it("can be written as text, empty where there is nothing to say", () => {
    const { table } = toVerdict(input([arm("A", 0, 0, 0), B]));
    expect(toCells(table)).toEqual([
      ["Arm", "Units", "Uses", "Success %", "Difference", "Interval", "p", "Result"],
      ["A", "0", "0", "", "", "", "", "control"],
      ["B", "206", "1400", "86.1", "0.0", "−100.0 to 100.0", "1.000", "too-few"],
    ]);
  });
});
