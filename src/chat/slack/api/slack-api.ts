import { LogLevel, webApi, type Logger } from "@slack/bolt";
import { toErrorMessage } from "../../../base/errors.ts";

export type SlackAnswer = Record<string, unknown>;

/** How one call ended, as far as the caller can know. */
export type SlackOutcome =
  | { kind: "done"; answer: SlackAnswer }
  /** Slack did nothing, and says why. */
  | { kind: "refused"; error: string }
  /** Slack did nothing, and wants to be left alone for a while. */
  | { kind: "limited"; retryAfterMs: number }
  /** Nobody can tell whether Slack did it: the answer was lost, or never came. */
  | { kind: "unknown"; reason: string };

/** Calls one method of the Web API, once. Never rejects. */
export type SlackApi = (method: string, args: Record<string, unknown>) => Promise<SlackOutcome>;

type Options = {
  /** Absent for the methods that need none. */
  botToken?: string;
  apiUrl?: string | undefined;
  timeoutMs?: number | undefined;
};

/** Slack says so where it fails within; some of the work may have been done. */
const BROKEN_OFF = new Set([
  "fatal_error",
  "internal_error",
  "request_timeout",
  "service_unavailable",
]);
const LIMITED = new Set(["ratelimited", "rate_limited", "message_limit_exceeded"]);
const TIMEOUT_MS = 10_000;
const LIMITED_MS = 5000;
// A header that names hours, or no time at all, must neither hold an answer up for them nor let calls spin.
const SHORTEST_LIMIT_MS = 1000;
const LONGEST_LIMIT_MS = 180_000;

/**
 * The SDK's client without its retries, which would double messages whose answer is lost, and without
 * its queue, which one 429 stops for all channels.
 */
export function createSlackApi({ botToken, apiUrl, timeoutMs = TIMEOUT_MS }: Options): SlackApi {
  const client = new webApi.WebClient(botToken, {
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logger: quietLogger,
  });
  return async (method, args) => {
    try {
      return { kind: "done", answer: { ...(await client.apiCall(method, args)) } };
    } catch (error) {
      return toOutcome(error);
    }
  };
}

function toOutcome(error: unknown): SlackOutcome {
  if (error instanceof webApi.WebAPIRateLimitedError) {
    const retryAfterMs = Math.max(SHORTEST_LIMIT_MS, error.retryAfter * 1000);
    return { kind: "limited", retryAfterMs: Math.min(LONGEST_LIMIT_MS, retryAfterMs) };
  }
  if (error instanceof webApi.WebAPIPlatformError) {
    const reason = error.data.error;
    if (LIMITED.has(reason)) return { kind: "limited", retryAfterMs: LIMITED_MS };
    return BROKEN_OFF.has(reason)
      ? { kind: "unknown", reason }
      : { kind: "refused", error: reason };
  }
  const reason = toErrorMessage(error);
  // A 429 that does not say for how long.
  if (reason.startsWith("Retry header")) return { kind: "limited", retryAfterMs: LIMITED_MS };
  return { kind: "unknown", reason };
}

/** The SDK's own log quotes requests, and with them what people wrote. */
export const quietLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
