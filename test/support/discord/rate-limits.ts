import { createHash } from "node:crypto";

export type Limit = { limit: number; windowMs: number };

/** Limits seen on Discord, by method and path; Discord publishes none and changes them freely. */
export const DISCORD_LIMITS: Record<string, Limit> = {
  "POST /channels/:channel/messages": { limit: 5, windowMs: 5000 },
  "PATCH /channels/:channel/messages/:message": { limit: 5, windowMs: 5000 },
  "DELETE /channels/:channel/messages/:message": { limit: 5, windowMs: 1000 },
  "POST /channels/:channel/typing": { limit: 5, windowMs: 5000 },
  "PUT /channels/:channel/messages/:message/reactions/:emoji/@me": { limit: 1, windowMs: 250 },
  "POST /webhooks/:webhook/:token": { limit: 5, windowMs: 2000 },
  "PATCH /webhooks/:webhook/:token/messages/:message": { limit: 5, windowMs: 5000 },
  "POST /channels/:channel/messages/:message/threads": { limit: 50, windowMs: 300_000 },
};
const GENEROUS: Limit = { limit: 1000, windowMs: 1000 };

export type RateLimits = { perRoute: Record<string, Limit>; globalPerSecond: number };

export type Verdict = {
  headers: Record<string, string>;
  /** Set where the request must be refused. */
  refused: { retryAfterSeconds: number; global: boolean } | undefined;
};

/** Counts requests per bucket (route and first id in the path) and in all, as Discord does. */
export function createRateLimits(limits: RateLimits, now: () => number) {
  const buckets = new Map<string, { used: number; resetsAt: number }>();

  function count(key: string, { limit, windowMs }: Limit) {
    const known = buckets.get(key);
    const bucket =
      known && known.resetsAt > now() ? known : { used: 0, resetsAt: now() + windowMs };
    buckets.set(key, bucket);
    bucket.used += 1;
    return { remaining: limit - bucket.used, resetMs: bucket.resetsAt - now() };
  }

  return {
    /** `exempt` is for answers to interactions, which the global limit leaves alone. */
    check(routeKey: string, major: string, exempt: boolean): Verdict {
      const global = { limit: limits.globalPerSecond, windowMs: 1000 };
      const all = exempt ? undefined : count("global", global);
      if (all && all.remaining < 0) {
        return { headers: {}, refused: { retryAfterSeconds: all.resetMs / 1000, global: true } };
      }
      const limit = limits.perRoute[routeKey] ?? GENEROUS;
      const { remaining, resetMs } = count(`${routeKey} ${major}`, limit);
      const headers = {
        "X-RateLimit-Limit": String(limit.limit),
        "X-RateLimit-Remaining": String(Math.max(0, remaining)),
        "X-RateLimit-Reset": ((now() + resetMs) / 1000).toFixed(3),
        "X-RateLimit-Reset-After": (resetMs / 1000).toFixed(3),
        "X-RateLimit-Bucket": createHash("md5").update(routeKey).digest("hex"),
      };
      const refused =
        remaining < 0 ? { retryAfterSeconds: resetMs / 1000, global: false } : undefined;
      return { headers, refused };
    },
  };
}

/** The answer 429. The header is in whole seconds, rounded up; only the body is exact. */
export function toRateLimited(refused: { retryAfterSeconds: number; global: boolean }) {
  const { retryAfterSeconds, global } = refused;
  return {
    status: 429,
    headers: {
      "Retry-After": String(Math.ceil(retryAfterSeconds)),
      "X-RateLimit-Scope": global ? "global" : "user",
      ...(global && { "X-RateLimit-Global": "true" }),
    },
    body: {
      message: "You are being rate limited.",
      retry_after: Number(retryAfterSeconds.toFixed(3)),
      global,
    },
  };
}
