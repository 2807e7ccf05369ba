import { createHmac } from "node:crypto";

/** Slack's `x-slack-signature` over a raw body; the time stamp is in whole seconds. */
export function signRequest(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}
