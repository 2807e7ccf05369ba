import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  LATENCY_BUCKETS,
  latencyBucket,
  latencyPercentile,
  mergeLatencies,
} from "../../src/base/latency-histogram.ts";

const DAY_MS = 86_400_000;
const latencies = fc.array(fc.double({ min: 1, max: DAY_MS, noNaN: true }), {
  minLength: 1,
  maxLength: 300,
});

function toBuckets(values: readonly number[]): number[] {
  const buckets = Array.from({ length: LATENCY_BUCKETS }, () => 0);
  for (const value of values) {
    const at = latencyBucket(value);
    buckets[at] = (buckets[at] ?? 0) + 1;
  }
  return buckets;
}

describe("latency percentiles", () => {
  it("are within 5 % of the exact ones, from 1 ms to a day", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(latencies, share, (values, q) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? 0;
        const answer = latencyPercentile(toBuckets(values), q) ?? 0;
        expect(Math.abs(answer - exact)).toBeLessThanOrEqual(0.05 * exact);
      }),
    );
  });

  it("are the same from two merged histograms as from one", () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const merged = mergeLatencies(toBuckets(a), toBuckets(b));
        expect(merged).toEqual(toBuckets([...a, ...b]));
      }),
    );
  });

  it("grow with the share asked for", () => {
    const buckets = toBuckets(Array.from({ length: 1000 }, (_, at) => at + 1));
    expect(latencyPercentile(buckets, 0.5)).toBeCloseTo(500, -2);
    expect(latencyPercentile(buckets, 0.95)).toBeCloseTo(950, -2);
    expect(latencyPercentile(buckets, 0.99)).toBeGreaterThanOrEqual(
      latencyPercentile(buckets, 0.95) ?? 0,
    );
  });

  it("are null before the first latency", () => {
    expect(latencyPercentile([], 0.5)).toBeNull();
    expect(latencyPercentile(toBuckets([]), 0.5)).toBeNull();
  });
});

describe("latency buckets", () => {
  it("are a fixed number that no latency falls out of", () => {
    expect(LATENCY_BUCKETS).toBe(193);
    for (const ms of [-5, 0, 0.3, 1, Number.NaN]) expect(latencyBucket(ms)).toBe(0);
    for (const ms of [DAY_MS, 10 * DAY_MS, Infinity]) {
      expect(latencyBucket(ms)).toBe(LATENCY_BUCKETS - 1);
    }
  });

  it("never go down as the latency goes up", () => {
    const ms = fc.double({ min: 0, max: 2 * DAY_MS, noNaN: true });
    fc.assert(
      fc.property(ms, ms, (a, b) => {
        expect(latencyBucket(Math.min(a, b))).toBeLessThanOrEqual(latencyBucket(Math.max(a, b)));
      }),
    );
  });
});
