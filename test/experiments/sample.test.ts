import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  effectiveUnits,
  meanOf,
  successSample,
  sumClusters,
  varianceOfMean,
  varianceOfRate,
  type Sample,
} from "../../src/experiments/statistics/sample.ts";

function sampleOf(values: readonly number[]): Sample {
  const sum = values.reduce((total, value) => total + value, 0);
  const sumOfSquares = values.reduce((total, value) => total + value * value, 0);
  return { count: values.length, sum, sumOfSquares };
}

describe("a sample", () => {
  it("has the textbook mean and squared standard error", () => {
    const sample = sampleOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(meanOf(sample)).toBe(5);
    expect(varianceOfMean(sample)).toBeCloseTo(32 / 7 / 8, 12);
  });

  it("is never certain of a rate, not even after 100 successes of 100", () => {
    expect(varianceOfRate(successSample(100, 100))).toBeGreaterThan(0);
    expect(varianceOfRate(successSample(200, 140))).toBeCloseTo((0.7 * 0.3) / 200, 4);
  });

  it("says nothing of a mean before the second value", () => {
    expect(meanOf(sampleOf([]))).toBe(0);
    expect(varianceOfMean(sampleOf([3]))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("persons who are counted many times", () => {
  it("weigh as the residuals between them say", () => {
    const units = [
      { count: 10, sum: 9 },
      { count: 20, sum: 4 },
      { count: 10, sum: 10 },
      { count: 10, sum: 2 },
    ];
    const sample = successSample(50, 25, sumClusters(units));
    const residuals = units.reduce((total, { count, sum }) => total + (sum - 0.5 * count) ** 2, 0);
    const effective = 2500 / 700;
    expect(varianceOfRate(sample)).toBeCloseTo(
      ((effective / (effective - 1)) * residuals) / 2500,
      12,
    );
  });

  it("never make a sample more certain than as many strangers", () => {
    const unit = fc
      .integer({ min: 1, max: 30 })
      .chain((count) =>
        fc.record({ count: fc.constant(count), sum: fc.integer({ min: 0, max: count }) }),
      );
    fc.assert(
      fc.property(fc.array(unit, { minLength: 2, maxLength: 30 }), (units) => {
        const uses = units.reduce((total, { count }) => total + count, 0);
        const successes = units.reduce((total, { sum }) => total + sum, 0);
        const strangers = varianceOfRate(successSample(uses, successes));
        const people = varianceOfRate(successSample(uses, successes, sumClusters(units)));
        expect(people).toBeGreaterThanOrEqual(strangers);
      }),
    );
  });

  it("are worth fewer units the less evenly they are busy", () => {
    const busy = (counts: number[]): number =>
      effectiveUnits(
        successSample(
          counts.reduce((total, count) => total + count, 0),
          0,
          sumClusters(counts.map((count) => ({ count, sum: 0 }))),
        ),
      );
    expect(busy([5, 5, 5, 5])).toBe(4);
    expect(busy([97, 1, 1, 1])).toBeLessThan(1.1);
    expect(busy([])).toBe(0);
    expect(effectiveUnits(successSample(10, 5))).toBe(Number.POSITIVE_INFINITY);
  });

  it("say nothing when there is only one of them", () => {
    const one = successSample(500, 400, sumClusters([{ count: 500, sum: 400 }]));
    expect(varianceOfRate(one)).toBe(Number.POSITIVE_INFINITY);
  });
});
