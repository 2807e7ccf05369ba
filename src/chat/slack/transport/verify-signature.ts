import { createHmac, timingSafeEqual } from "node:crypto";

const MOST_SKEW_S = 300;

/**
 * Whether Slack signed this body within the last five minutes, clocks that run apart included; from
 * docs.slack.dev/authentication/verifying-requests-from-slack.
 */
export function isSignedBySlack(
  signingSecret: string,
  request: { timestamp: string; signature: string; body: Buffer },
  nowMs: number,
): boolean {
  const { timestamp, signature, body } = request;
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > MOST_SKEW_S) return false;
  const hmac = createHmac("sha256", signingSecret).update(`v0:${timestamp}:`).update(body);
  const expected = Buffer.from(`v0=${hmac.digest("hex")}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
