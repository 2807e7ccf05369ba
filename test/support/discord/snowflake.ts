const DISCORD_EPOCH_MS = 1_420_070_400_000n;

/** Makes Discord ids: time in the upper bits, strictly rising even within one millisecond. */
export function createSnowflakes(now: () => number): () => string {
  let last = 0n;
  return () => {
    const fresh = (BigInt(now()) - DISCORD_EPOCH_MS) << 22n;
    last = fresh > last ? fresh : last + 1n;
    return last.toString();
  };
}

/** Compares two ids by age, for sorting oldest first. */
export function compareIds(a: string, b: string): number {
  const [first, second] = [BigInt(a), BigInt(b)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** The moment an id was made, in milliseconds since the Unix epoch. */
export function toMillis(id: string): number {
  return Number((BigInt(id) >> 22n) + DISCORD_EPOCH_MS);
}
