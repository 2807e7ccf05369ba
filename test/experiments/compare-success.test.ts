import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  compareSuccess,
  DEFAULT_COMPARISON_RULE,
} from "../../src/experiments/statistics/compare-success.ts";
import { successSample, sumClusters } from "../../src/experiments/statistics/sample.ts";

const counts = fc
  .integer({ min: 100, max: 3000 })
  .chain((uses) => fc.tuple(fc.constant(uses), fc.integer({ min: 0, max: uses })));

function compare(control: [number, number], arm: [number, number]) {
  return compareSuccess([{ control: successSample(...control), arm: successSample(...arm) }]);
}

describe("comparing two success rates", () => {
  it("gives difference and interval in percentage points", () => {
    const { result, differencePoints, intervalPoints } = compare([300, 210], [300, 255]);
    expect(result).toBe("better");
    expect(differencePoints).toBeCloseTo(15, 10);
    expect(intervalPoints.lower).toBeCloseTo(4.786, 2);
    expect(intervalPoints.upper).toBeCloseTo(25.214, 2);
  });

  it("decides nothing before both arms had 100 uses", () => {
    expect(compare([99, 10], [500, 480]).result).toBe("too-few");
    expect(compare([500, 480], [99, 10]).result).toBe("too-few");
    expect(compare([100, 10], [100, 90]).result).toBe("better");
    expect(compare([0, 0], [0, 0])).toMatchObject({
      result: "too-few",
      differencePoints: 0,
      pValue: 1,
    });
  });

  it("decides nothing before both arms had 12 effective persons, where arms are kept by them", () => {
    const arm = (people: number, rate: number) => {
      const units = Array.from({ length: people }, () => ({ count: 50, sum: 50 * rate }));
      return successSample(50 * people, 50 * people * rate, sumClusters(units));
    };
    const twoPeople = [{ control: arm(2, 0.2), arm: arm(2, 0.9) }];
    expect(compareSuccess(twoPeople).result).toBe("too-few");
    expect(compareSuccess([{ control: arm(12, 0.2), arm: arm(12, 0.9) }]).result).toBe("better");
  });

  it("answers the other way round when the arms change places", () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const [there, back] = [compare(a, b), compare(b, a)];
        expect(back.differencePoints).toBeCloseTo(-there.differencePoints, 8);
        expect(back.intervalPoints.lower).toBeCloseTo(-there.intervalPoints.upper, 8);
        expect(back.pValue).toBeCloseTo(there.pValue, 10);
      }),
    );
  });

  it("calls an arm better or worse exactly when p is below alpha and the interval leaves 0 out", () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const { result, pValue, alpha, intervalPoints, differencePoints } = compare(a, b);
        fc.pre(Math.abs(pValue - alpha) > 1e-9);
        expect(result !== "undecided").toBe(pValue < alpha);
        expect(result === "better").toBe(intervalPoints.lower > 0);
        expect(result === "worse").toBe(intervalPoints.upper < 0);
        expect(intervalPoints.lower).toBeLessThanOrEqual(differencePoints);
        expect(intervalPoints.upper).toBeGreaterThanOrEqual(differencePoints);
      }),
    );
  });

  it("takes late feedback back: a corrected count gives what it would have given at once", () => {
    const corrected = successSample(300, 255 - 30);
    const before = compare([300, 210], [300, 255]);
    const after = compareSuccess([{ control: successSample(300, 210), arm: corrected }]);
    expect(before.result).toBe("better");
    expect(after.result).toBe("undecided");
    expect(after).toEqual(compare([300, 210], [300, 225]));
  });

  it("is sharpest for the expected difference and right for any", () => {
    const pair = [{ control: successSample(20_000, 14_000), arm: successSample(20_000, 14_500) }];
    for (const expectedPoints of [1, 5, 10, 30]) {
      const rule = { ...DEFAULT_COMPARISON_RULE, expectedPoints };
      expect(compareSuccess(pair, rule).result).toBe("better");
    }
  });
});

describe("stretches with different weights", () => {
  it("do not make an arm look better because it was used more on good days (Simpson's paradox)", () => {
    const good = { control: successSample(100, 90), arm: successSample(900, 810) };
    const bad = { control: successSample(900, 450), arm: successSample(100, 50) };
    expect(compare([1000, 540], [1000, 860]).result).toBe("better");
    const { result, differencePoints } = compareSuccess([good, bad]);
    expect(result).toBe("undecided");
    expect(differencePoints).toBeCloseTo(0, 10);
  });

  it("prove about as much together as one stretch with the same uses", () => {
    const half = { control: successSample(150, 105), arm: successSample(150, 126) };
    const whole = { control: successSample(300, 210), arm: successSample(300, 252) };
    const [two, one] = [compareSuccess([half, half]), compareSuccess([whole])];
    expect(two.differencePoints).toBeCloseTo(one.differencePoints, 10);
    expect(two.intervalPoints.lower).toBeCloseTo(one.intervalPoints.lower, 1);
  });

  it("are left out where one arm was not used", () => {
    const pair = { control: successSample(300, 210), arm: successSample(300, 255) };
    const alone = { control: successSample(0, 0), arm: successSample(1000, 100) };
    expect(compareSuccess([pair, alone])).toEqual(compareSuccess([pair]));
  });

  it("count the same people's errors fully in each", () => {
    const units = Array.from({ length: 30 }, (_, at) => ({ count: 10, sum: at < 20 ? 10 : 0 }));
    const arm = successSample(300, 200, sumClusters(units));
    const pair = { control: arm, arm };
    const width = (periods: readonly (typeof pair)[]): number =>
      compareSuccess(periods).intervalPoints.upper;
    expect(width([pair, pair])).toBeCloseTo(width([pair]), 8);
  });
});
