import type { ReplyAddress } from "../../../rooms/chat-platform.ts";
import type { SlackApi } from "../api/slack-api.ts";

/** Shows what the agent is doing under its thread; the newest words win. Never rejects. */
export type ThreadStatus = (address: ReplyAddress, text: string) => void;

// An app without the scope, or a workspace without the feature, shows none: asking again is in vain.
const UNSUPPORTED = new Set(["missing_scope", "not_allowed_token_type", "unknown_method"]);

export function createThreadStatus(api: SlackApi): ThreadStatus {
  const waiting = new Map<string, string>();
  const running = new Set<string>();
  let isSupported = true;

  async function send(place: string, args: { channel_id: string; thread_ts: string }) {
    for (;;) {
      const status = waiting.get(place);
      waiting.delete(place);
      if (status === undefined || !isSupported) break;
      const outcome = await api("assistant.threads.setStatus", { ...args, status });
      if (outcome.kind === "refused" && UNSUPPORTED.has(outcome.error)) isSupported = false;
    }
    running.delete(place);
  }

  return ({ channel, thread }, text) => {
    if (thread === undefined || !isSupported) return;
    const place = `${channel}:${thread}`;
    waiting.set(place, text);
    if (running.has(place)) return;
    running.add(place);
    void send(place, { channel_id: channel, thread_ts: thread });
  };
}
