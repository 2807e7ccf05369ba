const DISCORD_EPOCH_MS = 1_420_070_400_000;
const TIMESTAMP_SHIFT = 22n;
const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i;

/** The smallest Discord id of a moment, for "all messages after". */
export function toSnowflake(atMs: number): string {
  const sinceEpoch = Math.max(0, Math.floor(atMs) - DISCORD_EPOCH_MS);
  return (BigInt(sinceEpoch) << TIMESTAMP_SHIFT).toString();
}

export function isSnowflake(id: string): boolean {
  return /^\d{15,20}$/.test(id);
}

export function newestId(ids: readonly string[]): string {
  return ids.reduce((newest, id) => (BigInt(id) > BigInt(newest) ? id : newest), "0");
}

/** When one of our own ids was made; undefined where it is not time-ordered. */
export function idTime(id: string): number | undefined {
  const match = UUID_V7.exec(id);
  return match ? Number.parseInt(`${match[1]}${match[2]}`, 16) : undefined;
}
