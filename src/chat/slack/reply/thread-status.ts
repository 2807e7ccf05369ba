import type { ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import { remember } from "../../../base/remember.ts";
import type { SlackApi } from "../api/slack-api.ts";

export type ThreadStatus = {
  /** Shows what the agent is doing under its thread; the newest words win. Never rejects. */
  show(address: Pick<ReplyAddress, "channel" | "thread">, text: string): void;
  /** The app has replied in a thread, upon which Slack shows no status there any more. */
  replied(channel: string, thread: string): void;
};

// An app without the scope, or a workspace without the feature, shows none: asking again is in vain.
const UNSUPPORTED = new Set(["missing_scope", "not_allowed_token_type", "unknown_method"]);

// Slack shows a status for two minutes.
const STILL_SHOWN_MS = 60_000;
const MOST_REMEMBERED = 5000;

export function createThreadStatus(api: SlackApi): ThreadStatus {
  const waiting = new Map<string, string>();
  const running = new Set<string>();
  const cleared = new Map<string, true>();
  const shown = new Map<string, { text: string; at: number }>();
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

  return {
    show({ channel, thread }, text) {
      if (thread === undefined || !isSupported) return;
      const place = `${channel}:${thread}`;
      if (cleared.delete(place) && text === "") return;
      const last = shown.get(place);
      if (last?.text === text && performance.now() - last.at < STILL_SHOWN_MS) return;
      remember(shown, place, { text, at: performance.now() }, MOST_REMEMBERED);
      waiting.set(place, text);
      if (running.has(place)) return;
      running.add(place);
      void send(place, { channel_id: channel, thread_ts: thread });
    },
    replied(channel, thread) {
      const place = `${channel}:${thread}`;
      // What is still under way may come after the reply.
      if (running.has(place)) return;
      shown.delete(place);
      remember(cleared, place, true, MOST_REMEMBERED);
    },
  };
}
