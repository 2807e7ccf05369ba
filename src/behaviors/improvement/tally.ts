/** So many turns, of which so many succeeded. */
export type Tally = { uses: number; successes: number };

/** Nobody is judged by fewer tasks: more than ten, as for underperforming agents. */
export const FEWEST_USES = 11;

const Z_95 = 1.959_964;

/** The share of successes, 0 to 1; 1 before the first use. */
export function rateOf({ uses, successes }: Tally): number {
  return uses === 0 ? 1 : successes / uses;
}

/**
 * The 95 % confidence interval of a success rate (Wilson 1927, JASA 22(158)): a rate of few uses is
 * known less well than the same rate of many.
 */
export function rateInterval({ uses, successes }: Tally): { low: number; high: number } {
  if (uses === 0) return { low: 0, high: 1 };
  const rate = successes / uses;
  const z2 = Z_95 ** 2;
  const middle = (rate + z2 / (2 * uses)) / (1 + z2 / uses);
  const half =
    (Z_95 * Math.sqrt((rate * (1 - rate)) / uses + z2 / (4 * uses ** 2))) / (1 + z2 / uses);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** As it is told: `7 of 20 tasks (35 %)`. */
export function describeTally(tally: Tally): string {
  return `${tally.successes} of ${tally.uses} tasks (${Math.round(rateOf(tally) * 100)} %)`;
}
