/**
 * Latencies as counts in a fixed number of buckets, which a database adds to atomically and which merge by addition.
 *
 * Bucket i holds the milliseconds in (γ^(i−1), γ^i], γ = 1.1; bucket 0 everything up to 1 ms, the last one everything beyond
 * a day. A percentile is answered with 2γ^i / (γ + 1), which is at most (γ − 1) / (γ + 1) = 4.8 % off any value of its bucket
 * (Masson, Rim & Lee 2019, “DDSketch”, VLDB 12(12)).
 */
const GAMMA = 1.1;
const LONGEST_MS = 24 * 60 * 60 * 1000;
const LOG_GAMMA = Math.log(GAMMA);

export const LATENCY_BUCKETS = Math.ceil(Math.log(LONGEST_MS) / LOG_GAMMA) + 1;

/** The bucket, 0 to LATENCY_BUCKETS − 1, that counts a latency. */
export function latencyBucket(ms: number): number {
  if (!(ms > 1)) return 0;
  return Math.min(LATENCY_BUCKETS - 1, Math.ceil(Math.log(ms) / LOG_GAMMA));
}

/**
 * The milliseconds that the share `q` (0 to 1) of the counted latencies does not exceed (nearest rank), within 5 % from 1 ms to
 * a day; null before the first one. `buckets[i]` is the count of bucket i; missing ones count 0.
 */
export function latencyPercentile(buckets: readonly number[], q: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(q * total));
  let seen = 0;
  const bucket = buckets.findIndex((count) => (seen += count) >= rank);
  return bucket === 0 ? 1 : (2 * GAMMA ** bucket) / (GAMMA + 1);
}

/** The counts of two histograms together. */
export function mergeLatencies(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: LATENCY_BUCKETS }, (_, at) => (a[at] ?? 0) + (b[at] ?? 0));
}
