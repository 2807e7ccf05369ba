import { isBlank } from "../../../base/is-blank.ts";
import { z } from "zod";
import type { Clock } from "../../../base/clock.ts";
import type { ReplyAddress } from "../../../rooms/chat-platform.ts";
import type { ChannelPace } from "../api/channel-pace.ts";
import type { SlackApi, SlackOutcome } from "../api/slack-api.ts";
import type { SlackSender } from "../api/slack-sender.ts";
import { toMetadata } from "./find-reply.ts";
import type { PostedParts } from "./posted-parts.ts";
import { PART_CHARACTERS } from "./reply-parts.ts";
import type { StreamGate } from "./stream-gate.ts";
import { toStreamText } from "./stream-text.ts";

/** The first message of a reply as Slack's own stream. */
export type NativeStream = {
  isOpen(): boolean;
  /**
   * Shows what is settled of the reply. `edits` says that it is up to edits of the message now; `over`
   * that nothing more may be shown before the reply is whole.
   */
  show(markdown: string): Promise<"streamed" | "edits" | "over">;
  /**
   * Ends the stream with the reply's last words and its id, and answers the message's ts where that is
   * the whole reply. Undefined where the message has to be written, or there is no stream.
   */
  finish(
    markdown: string,
    options: { isOnePart: boolean; below: readonly object[] },
  ): Promise<string | undefined>;
};

type Parts = {
  api: SlackApi;
  sender: SlackSender;
  pace: ChannelPace;
  clock: Clock;
  gate: StreamGate;
  posted: PostedParts;
};

type Open = { ts: string; sent: string; startedAt: number; lastAt: number; isSure: boolean };

// Slack ends a stream after five minutes, and one in which nothing moves for half a minute.
const LONGEST_MS = 240_000;
const LONGEST_IDLE_MS = 20_000;
const EXPIRED = "message_not_in_streaming_state";
const Started = z.object({ ts: z.string() });

export function createNativeStream(
  { api, sender, pace, clock, gate, posted }: Parts,
  address: ReplyAddress,
  { deliveryId, resumed, isOver }: { deliveryId: string; resumed: boolean; isOver: () => boolean },
): NativeStream {
  const { channel } = address;
  let state: "unbegun" | "over" | Open = resumed ? "over" : "unbegun";

  async function begin(markdown: string): Promise<"streamed" | "edits"> {
    const text = toStreamText(markdown, { done: false });
    if (isBlank(text)) return "streamed";
    state = "over";
    if (text.length > PART_CHARACTERS || !(await gate.allows(address))) return "edits";
    if (isOver()) return "streamed";
    if (!pace.spareSlot(channel, "start")) return "edits";
    const outcome = await posted.startStream(text);
    if (outcome.kind === "limited") pace.rest("start", outcome.retryAfterMs);
    if (outcome.kind === "refused") gate.refused(outcome.error);
    if (outcome.kind !== "done") return "edits";
    const { ts } = Started.parse(outcome.answer);
    const now = clock.now();
    state = { ts, sent: text, startedAt: now, lastAt: now, isSure: true };
    return "streamed";
  }

  async function append(open: Open, markdown: string): Promise<"streamed" | "edits" | "over"> {
    const text = toStreamText(markdown, { done: false });
    const isOld = clock.now() - open.startedAt > LONGEST_MS;
    if (isOld || !open.isSure || !text.startsWith(open.sent)) return goOnByEdits(open);
    if (text === open.sent || text.length > PART_CHARACTERS) return "streamed";
    if (!pace.spareSlot(channel, "append")) return "streamed";
    const idleMs = clock.now() - open.lastAt;
    const outcome = await api("chat.appendStream", toAppend(open, text));
    open.lastAt = clock.now();
    return note(open, { outcome, text, idleMs });
  }

  function note(
    open: Open,
    { outcome, text, idleMs }: { outcome: SlackOutcome; text: string; idleMs: number },
  ): "streamed" | "edits" | "over" {
    switch (outcome.kind) {
      case "done":
        open.sent = text;
        return "streamed";
      case "limited":
        pace.rest("append", outcome.retryAfterMs);
        return "streamed";
      case "unknown":
        open.isSure = false;
        return "streamed";
      case "refused":
        state = "over";
        // Else it was ended by somebody who has taken the reply over, or the message is gone.
        return outcome.error === EXPIRED && idleMs > LONGEST_IDLE_MS ? "edits" : "over";
    }
  }

  async function goOnByEdits({ ts }: Open): Promise<"edits" | "over"> {
    const args = { channel, ts, metadata: toMetadata(deliveryId, 0) };
    const outcome = await api("chat.stopStream", args);
    if (outcome.kind === "limited") pace.rest("start", outcome.retryAfterMs);
    if (outcome.kind !== "done") return "over";
    state = "over";
    return "edits";
  }

  /** Whether the stream ended with all that was left to say. */
  async function end(open: Open, text: string, below: readonly object[]): Promise<boolean> {
    const { ts } = open;
    const blocks = below.length > 0 && { blocks: below };
    const ending = { channel, ts, ...blocks, metadata: toMetadata(deliveryId, 0) };
    const rest = text === open.sent ? {} : toAppend(open, text);
    const first = await api("chat.stopStream", { ...ending, ...rest });
    if (first.kind === "done" || first.kind === "refused") return first.kind === "done";
    let isShown = text === open.sent;
    if (first.kind === "limited") {
      pace.rest("start", first.retryAfterMs);
      pace.pause(channel, first.retryAfterMs);
      // The words need not wait for the end.
      if (!isShown) isShown = (await api("chat.appendStream", rest)).kind === "done";
    }
    const settled = await sender.settle({ channel, method: "chat.stopStream", args: ending });
    return settled.kind === "done" && isShown;
  }

  function toAppend({ ts, sent }: Open, text: string) {
    return { channel, ts, markdown_text: text.slice(sent.length) };
  }

  return {
    isOpen: () => typeof state === "object",
    show(markdown) {
      if (state === "over") return Promise.resolve("edits");
      return state === "unbegun" ? begin(markdown) : append(state, markdown);
    },
    async finish(markdown, { isOnePart, below }) {
      if (typeof state !== "object") return undefined;
      const open = state;
      state = "over";
      const text = toStreamText(markdown, { done: true });
      const isWhole = isOnePart && open.isSure && text === markdown && text.startsWith(open.sent);
      if (isWhole) return (await end(open, text, below)) ? open.ts : undefined;
      await posted.stopStream(open.ts);
      return undefined;
    },
  };
}
