import { Redis } from "ioredis";
import { toErrorMessage } from "../base/errors.ts";
import type { Finding } from "../base/finding.ts";
import { toPlace } from "./place.ts";

const TIMEOUT_MS = 3000;
const KEEPS_ALL = "noeviction";

/** Asks a Redis whether it answers, and whether it keeps what it is given. Never rejects. */
export async function checkRedis(url: string): Promise<Finding> {
  const what = "Redis";
  const place = toPlace(url, 6379);
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    retryStrategy: () => null,
  });
  let last: unknown;
  redis.on("error", (error) => (last = error));
  try {
    await redis.connect();
    await redis.ping();
    const policy = await readPolicy(redis);
    if (policy === undefined || policy === KEEPS_ALL) return { what, state: "ok", detail: place };
    const detail = `${place} drops keys when its memory is full (maxmemory-policy ${policy}), and with them jobs. Set it to ${KEEPS_ALL}.`;
    return { what, state: "warning", detail };
  } catch (error) {
    const reason = toErrorMessage(last ?? error);
    const detail = `${place} cannot be used: ${reason}. Check REDIS_URL and that the server runs.`;
    return { what, state: "failed", detail };
  } finally {
    redis.disconnect();
  }
}

/** Hosted servers often do not tell. */
async function readPolicy(redis: Redis): Promise<string | undefined> {
  const answer = await redis.config("GET", "maxmemory-policy").catch(() => []);
  const policy: unknown = (answer as unknown[])[1];
  return typeof policy === "string" ? policy : undefined;
}
