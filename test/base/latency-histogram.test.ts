import { array, assert, constantFrom, double, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  LATENCY_BUCKETS,
  latencyPercentile,
  toLatencyBucket,
} from "../../src/base/latency-histogram.ts";

const count = (durations: number[]) => {
  const buckets = Array.from({ length: LATENCY_BUCKETS }, () => 0);
  for (const ms of durations) buckets[toLatencyBucket(ms) - 1]! += 1;
  return buckets;
};

describe("a latency histogram", () => {
  it("has a class for every duration", () => {
    assert(
      property(double({ min: 0, max: 1e12, noNaN: true }), (ms) => {
        const bucket = toLatencyBucket(ms);
        expect(Number.isInteger(bucket) && bucket >= 1 && bucket <= LATENCY_BUCKETS).toBe(true);
      }),
    );
  });

  it("gives percentiles that are at most a fifth off, from 1 ms to 8 minutes", () => {
    const durations = array(integer({ min: 1, max: 480_000 }), { minLength: 1 });
    assert(
      property(durations, constantFrom(0.5, 0.95, 1), (ms, share) => {
        const sorted = ms.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
        const estimated = latencyPercentile(count(ms), share)!;
        expect(Math.abs(estimated - exact)).toBeLessThanOrEqual(0.2 * exact + 1);
      }),
    );
  });

  it("has no percentile before the first duration", () => {
    expect(latencyPercentile(count([]), 0.5)).toBeUndefined();
  });
});
