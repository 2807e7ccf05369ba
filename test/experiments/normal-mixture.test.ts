import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  intervalOf,
  logEvidence,
  lowerBoundOf,
  pValueOf,
} from "../../src/experiments/statistics/normal-mixture.ts";
import { seededRandom } from "../support/seeded-random.ts";

const estimates = fc.record({
  value: fc.double({ min: -1, max: 1, noNaN: true }),
  variance: fc.double({ min: 1e-6, max: 0.1, noNaN: true }),
});
const scales = fc.double({ min: 0.01, max: 0.5, noNaN: true });
const alphas = fc.double({ min: 0.001, max: 0.2, noNaN: true });

describe("the normal mixture", () => {
  it("is the likelihood ratio averaged over effects from N(0, scale²)", () => {
    const [value, variance, scale] = [0.12, 0.003, 0.1];
    const step = 1e-4;
    let sum = 0;
    for (let effect = -1; effect <= 1; effect += step) {
      const density =
        Math.exp(-(effect ** 2) / (2 * scale ** 2)) / (scale * Math.sqrt(2 * Math.PI));
      sum += density * Math.exp((value * effect - effect ** 2 / 2) / variance) * step;
    }
    expect(logEvidence({ value, variance }, scale)).toBeCloseTo(Math.log(sum), 6);
  });

  it("gives an interval that leaves 0 out exactly when the p-value is below alpha", () => {
    fc.assert(
      fc.property(estimates, scales, alphas, (estimate, scale, alpha) => {
        const pValue = pValueOf(estimate, scale);
        fc.pre(Math.abs(pValue - alpha) > 1e-9);
        const { lower, upper } = intervalOf(estimate, scale, alpha);
        expect(lower > 0 || upper < 0).toBe(pValue < alpha);
      }),
    );
  });

  it("gives a wider interval for a smaller alpha and for less data", () => {
    fc.assert(
      fc.property(estimates, scales, alphas, (estimate, scale, alpha) => {
        const { lower } = intervalOf(estimate, scale, alpha);
        expect(intervalOf(estimate, scale, alpha / 2).lower).toBeLessThan(lower);
        const less = { ...estimate, variance: 2 * estimate.variance };
        expect(intervalOf(less, scale, alpha).lower).toBeLessThan(lower);
      }),
    );
  });

  it("bounds one side more sharply than two", () => {
    fc.assert(
      fc.property(estimates, scales, alphas, (estimate, scale, alpha) => {
        const { lower } = intervalOf(estimate, scale, alpha);
        expect(lowerBoundOf(estimate, scale, alpha)).toBeGreaterThan(lower);
      }),
    );
  });

  it("knows nothing without data, and everything when all that was seen was the same", () => {
    const nothing = { value: 0, variance: Number.POSITIVE_INFINITY };
    expect(pValueOf(nothing, 0.1)).toBe(1);
    expect(intervalOf(nothing, 0.1, 0.05)).toEqual({ lower: -Infinity, upper: Infinity });
    expect(pValueOf({ value: 2, variance: 0 }, 0.1)).toBe(0);
    expect(pValueOf({ value: 0, variance: 0 }, 0.1)).toBe(1);
    expect(intervalOf({ value: 2, variance: 0 }, 0.1, 0.05)).toEqual({ lower: 2, upper: 2 });
  });

  it("keeps the true value above its lower bound at all looks of 95 % of random walks", () => {
    const random = seededRandom(2);
    let crossed = 0;
    for (let walk = 0; walk < 1000; walk += 1) {
      let sum = 0;
      for (let step = 1; step <= 1000; step += 1) {
        sum += random() < 0.5 ? 1 : -1;
        if (step < 20) continue;
        if (lowerBoundOf({ value: sum / step, variance: 1 / step }, 0.3, 0.05) > 0) {
          crossed += 1;
          break;
        }
      }
    }
    expect(crossed / 1000).toBeLessThanOrEqual(0.05);
    expect(crossed / 1000).toBeGreaterThan(0.005);
  });
});
