import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../../base/clock.ts";
import { sha256 } from "../../../base/ids.ts";

/**
 * Ties what Slack sends back to the browser that began the installation: the state goes through Slack,
 * signed and for ten minutes, the secret stays in the browser's cookie. Any process can check it.
 */
export type InstallState = {
  issue(): { state: string; secret: string };
  check(state: string, secret: string): "ok" | "expired" | "foreign";
};

export const STATE_LIFE_MS = 10 * 60_000;

export function createInstallState({ key, clock }: { key: Buffer; clock: Clock }): InstallState {
  const sign = (text: string) => createHmac("sha256", key).update(text).digest("base64url");

  return {
    issue() {
      const secret = randomBytes(32).toString("base64url");
      const body = `${clock.now() + STATE_LIFE_MS}.${sha256(secret)}`;
      return { state: `${body}.${sign(body)}`, secret };
    },
    check(state, secret) {
      const [expiresAt = "", digest = "", signature = "", ...rest] = state.split(".");
      const isSigned = isSame(signature, sign(`${expiresAt}.${digest}`)) && rest.length === 0;
      if (!isSigned || secret === "" || !isSame(digest, sha256(secret))) return "foreign";
      return Number(expiresAt) >= clock.now() ? "ok" : "expired";
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
