/** How often a job is run before it is dropped; the sweep of the app wakes what still waits. */
export const MAX_ATTEMPTS = 5;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/** Four times longer after each failed attempt, half of it by chance. */
export function toRetryDelayMs(attempt: number): number {
  const longest = Math.min(FIRST_RETRY_MS * 4 ** (attempt - 1), MAX_RETRY_MS);
  return longest * (0.5 + Math.random() / 2);
}
