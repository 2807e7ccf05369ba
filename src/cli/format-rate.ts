/** A share from 0 to 1 as a whole percentage: `0.4` is `40%`. */
export function formatRate(rate: number): string {
  return `${Math.round(rate * 100)}%`;
}

/** A moment as it stands in a table: `2026-11-21 09:18`, in UTC. */
export function formatMoment(iso: string | null): string {
  return iso === null ? "-" : iso.slice(0, 16).replace("T", " ");
}
