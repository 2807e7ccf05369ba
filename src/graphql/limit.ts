/** How many of a list's newest entries are asked for: 20 unless given, at most 200. */
export function toLimit(last: number | null | undefined): number {
  return Math.min(Math.max(last ?? 20, 1), 200);
}
