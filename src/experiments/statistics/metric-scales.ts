/**
 * Latency as the guardrails average it: ln(1 + ms). Waiting times are long-tailed; their logarithms are nearly normal, and a
 * difference of means is the ratio of the typical (geometric mean) times.
 */
export function toLogScale(value: number): number {
  return Math.log1p(value);
}

/**
 * Cost as the guardrails average it: at most `cap`, so that one runaway turn does not decide, while the sum that is paid still
 * counts, as it would not on a log scale. Fix the cap before the experiment, for instance at the budget of one turn.
 */
export function winsorise(value: number, cap: number): number {
  return Math.min(value, cap);
}
