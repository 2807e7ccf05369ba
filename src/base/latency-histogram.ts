/** Classes of a latency histogram; each reaches √2 times as far as the one before, the last to infinity. */
export const LATENCY_BUCKETS = 40;

/** The class of a duration, 1 to 40: the first holds up to 1 ms, the 40th from about 9 minutes on. */
export function toLatencyBucket(ms: number): number {
  const bucket = Math.ceil(2 * Math.log2(Math.max(ms, 1))) + 1;
  return Math.min(Math.max(bucket, 1), LATENCY_BUCKETS);
}

/**
 * The duration in milliseconds that `share` (0 to 1) of the counted ones stay below: the middle of
 * its class, so at most a fifth off. Undefined where nothing was counted.
 */
export function latencyPercentile(buckets: readonly number[], share: number): number | undefined {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  const index = buckets.findIndex((count) => (below += count) >= share * total);
  return Math.round(2 ** ((index - 0.5) / 2));
}
