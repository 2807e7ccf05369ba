import type { RateLimitData } from "discord.js";

const LONGEST_RATE_LIMIT_MS = 60_000;

/**
 * Whether a rate limit is an error instead of a pause: one of more than a minute, as after too many bad
 * requests, and one that does not say for how long, which discord.js would answer by asking again at once.
 */
export function isTooLong({ retryAfter }: Pick<RateLimitData, "retryAfter">): boolean {
  return !(retryAfter > 0 && retryAfter <= LONGEST_RATE_LIMIT_MS);
}
