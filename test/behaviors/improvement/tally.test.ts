import { assert, integer, property } from "../../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { judge } from "../../../src/behaviors/improvement/judge-improvement.ts";
import { rateInterval, rateOf } from "../../../src/behaviors/improvement/tally.ts";

describe("the interval of a success rate", () => {
  // Newcombe 1998, Statistics in Medicine 17, table I: method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i is the published one", (successes, uses, low, high) => {
    const interval = rateInterval({ uses, successes });
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("holds the rate, lies within 0 to 1, and is narrower the more there were", () => {
    assert(
      property(integer({ min: 1, max: 500 }), integer({ min: 0, max: 500 }), (uses, some) => {
        const tally = { uses, successes: Math.min(uses, some) };
        const { low, high } = rateInterval(tally);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(rateOf(tally) + 1e-12);
        expect(high).toBeGreaterThanOrEqual(rateOf(tally) - 1e-12);
        const more = rateInterval({ uses: uses * 4, successes: tally.successes * 4 });
        expect(more.high - more.low).toBeLessThan(high - low);
      }),
    );
  });

  it("of nothing is everything", () => {
    expect(rateInterval({ uses: 0, successes: 0 })).toEqual({ low: 0, high: 1 });
  });
});

describe("judging an improvement in force", () => {
  const before = { uses: 20, successes: 10 };
  it.each([
    [10, 0, undefined],
    [11, 0, "worse"],
    [11, 3, undefined],
    [49, 10, "worse"],
    [49, 24, undefined],
    [50, 24, "worse"],
    [50, 25, "kept"],
    [500, 499, "kept"],
  ] as const)("%i uses with %i successes, against 50 %% before: %s", (uses, successes, verdict) => {
    expect(judge(before, { uses, successes })).toBe(verdict);
  });

  it("what never failed before is worse with the first certain sign", () => {
    expect(judge({ uses: 5, successes: 5 }, { uses: 11, successes: 11 })).toBeUndefined();
    expect(judge({ uses: 5, successes: 5 }, { uses: 11, successes: 5 })).toBe("worse");
  });
});
