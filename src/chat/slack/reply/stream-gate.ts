import type { Clock } from "../../../base/clock.ts";
import type { SlackStreaming } from "../../../base/slack-config.ts";
import type { ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import type { OwnIdentity } from "../api/own-identity.ts";
import { isKnownByName } from "./agent-name.ts";

/** Where answers of a workspace may be streamed. */
export type StreamGate = {
  allows(address: ReplyAddress): Promise<boolean>;
  /** Slack did not take a stream. */
  refused(error: string): void;
};

// Asking again before an administrator has changed something is in vain.
const WHOLE_WORKSPACE = new Set([
  "access_denied",
  "feature_not_enabled",
  "missing_scope",
  "no_permission",
  "not_allowed_token_type",
  "restricted_action",
  "team_access_not_granted",
  "unknown_method",
]);
const CLOSED_MS = 600_000;

/**
 * Slack streams into threads, outside direct conversations for one named person. A stream that a crash
 * broke off is known again by its agent's name, so there is none where the app may not choose names.
 */
export function createStreamGate(
  identity: () => Promise<OwnIdentity | undefined>,
  { streaming, clock }: { streaming: SlackStreaming; clock: Clock },
): StreamGate {
  let closedUntil = 0;
  return {
    async allows(address) {
      const { channel, thread, person } = address;
      const isDirect = channel.startsWith("D");
      if (streaming === "off" || (streaming === "direct" && !isDirect)) return false;
      if (thread === undefined || (person === undefined && !isDirect)) return false;
      if (!isKnownByName(address) || clock.now() < closedUntil) return false;
      return (await identity())?.namesAgents ?? false;
    },
    refused(error) {
      if (WHOLE_WORKSPACE.has(error)) closedUntil = clock.now() + CLOSED_MS;
    },
  };
}
