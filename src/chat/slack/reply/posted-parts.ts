import { z } from "zod";
import type { ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import { isLeftOpen } from "./agent-name.ts";
import { findReply, toMetadata, type FoundReply } from "./find-reply.ts";
import { toPersona } from "./persona.ts";
import type { ReplyPart } from "./reply-parts.ts";
import type { OwnIdentity } from "../api/own-identity.ts";
import type { SlackAnswer, SlackApi, SlackOutcome } from "../api/slack-api.ts";
import { AppError } from "../../../base/errors.ts";
import { toSlackError } from "../api/slack-error.ts";
import type { Settled, SlackSender } from "../api/slack-sender.ts";

/** The messages of one delivery: which there are, and how to write them. */
export type PostedParts = {
  /** What is there, asked of Slack once where this process cannot know. */
  find(): Promise<FoundReply>;
  /** The one call that shows a part now; not repeated, and its outcome remembered. */
  draft(part: ReplyPart): Promise<SlackOutcome>;
  /** The one call that begins a stream as the first part; its outcome is remembered as that of a draft. */
  startStream(markdown: string): Promise<SlackOutcome>;
  /** Ends the stream of a message and gives it the delivery's id; one that has ended is left as it is. */
  stopStream(ts: string): Promise<Settled>;
  /** Makes a part say this and answers its ts. */
  write(index: number, part: ReplyPart): Promise<string>;
  /** Removes a part that an earlier attempt had posted beyond what there is now to say. */
  remove(index: number): Promise<void>;
};

type Calls = {
  sender: SlackSender;
  api: SlackApi;
  identity: () => Promise<OwnIdentity | undefined>;
};

const Posted = z.object({ ts: z.string() });
/** The message cannot be changed any more: it was deleted, or the workspace ended editing. */
export const UNCHANGEABLE = new Set([
  "cant_update_message",
  "edit_window_closed",
  "message_not_found",
]);
export const BAD_BLOCKS = new Set([
  "invalid_blocks",
  "msg_blocks_too_long",
  "invalid_blocks_format",
]);

const IS_STREAMING = new Set(["streaming_state_conflict", "cant_delete_message"]);

export function createPostedParts(
  { sender, api, identity }: Calls,
  address: ReplyAddress,
  { deliveryId, resumed }: { deliveryId: string; resumed: boolean },
): PostedParts {
  const { channel, thread } = address;
  let found: FoundReply = { parts: new Map(), hasFile: false, unmarked: [] };
  let inDoubt = resumed;

  const toContent = (index: number, { text, blocks }: ReplyPart) => ({
    channel,
    text,
    blocks,
    metadata: toMetadata(deliveryId, index),
  });
  const toPost = (index: number, part: ReplyPart) => ({
    ...toContent(index, part),
    ...(thread !== undefined && { thread_ts: thread }),
    ...toPersona(address),
    // A preview would fetch whatever address a model wrote.
    unfurl_links: false,
    unfurl_media: false,
  });

  async function find(): Promise<FoundReply> {
    if (inDoubt) {
      found = await findReply(sender, address, deliveryId);
      if (thread !== undefined) await takeUpStreams();
      inDoubt = false;
    }
    return found;
  }

  /** A stream that nobody ended: it becomes the first part, or goes where there is one already. */
  async function takeUpStreams(): Promise<void> {
    if (found.unmarked.length === 0) return;
    const own = await identity();
    if (!own) throw new AppError("UNAVAILABLE", "Slack does not say who the app is there.");
    const left = found.unmarked.filter((message) => isLeftOpen(message, address, own));
    if (!found.parts.has(0)) {
      const newest = left.pop();
      if (newest) await stopStream(newest.ts);
      if (newest) found.parts.set(0, newest.ts);
    }
    for (const { ts } of left) await removeMessage(ts);
  }

  function stopStream(ts: string): Promise<Settled> {
    const args = { channel, ts, metadata: toMetadata(deliveryId, 0) };
    return sender.settle({ channel, method: "chat.stopStream", args });
  }

  /** Makes a call that Slack refuses as long as a message is being streamed. */
  async function whole(ts: string, call: Parameters<SlackSender["settle"]>[0]): Promise<Settled> {
    const settled = await sender.settle(call);
    if (settled.kind === "done" || !IS_STREAMING.has(settled.error)) return settled;
    const stopped = await stopStream(ts);
    return stopped.kind === "done" ? sender.settle(call) : settled;
  }

  function update(index: number, ts: string, part: ReplyPart): Promise<Settled> {
    const args = { ...toContent(index, part), ts };
    return whole(ts, { channel, method: "chat.update", args });
  }

  async function removeMessage(ts: string): Promise<void> {
    await whole(ts, { channel, method: "chat.delete", args: { channel, ts } });
  }

  async function post(index: number, part: ReplyPart): Promise<Settled> {
    const call = { channel, method: "chat.postMessage", args: toPost(index, part) };
    return sender.settleOnce(call, async (): Promise<SlackAnswer | undefined> => {
      inDoubt = true;
      const ts = (await find()).parts.get(index);
      return ts === undefined ? undefined : { ts };
    });
  }

  function noteFirst(outcome: SlackOutcome): SlackOutcome {
    if (outcome.kind === "unknown") inDoubt = true;
    if (outcome.kind === "done") found.parts.set(0, Posted.parse(outcome.answer).ts);
    return outcome;
  }

  async function writeOnce(index: number, part: ReplyPart): Promise<Settled> {
    const ts = (await find()).parts.get(index);
    if (ts !== undefined) {
      const updated = await update(index, ts, part);
      if (updated.kind === "done" || !UNCHANGEABLE.has(updated.error)) return updated;
      await remove(index);
    }
    return post(index, part);
  }

  async function remove(index: number): Promise<void> {
    const ts = found.parts.get(index);
    found.parts.delete(index);
    if (ts !== undefined) await removeMessage(ts);
  }

  return {
    find,
    remove,
    async draft(part) {
      if (inDoubt) await find();
      const ts = found.parts.get(0);
      const outcome =
        ts === undefined
          ? await api("chat.postMessage", toPost(0, part))
          : await api("chat.update", { ...toContent(0, part), ts });
      return ts === undefined ? noteFirst(outcome) : outcome;
    },
    async startStream(markdown) {
      const { workspace, person } = address;
      const args = {
        channel,
        thread_ts: thread,
        ...toPersona(address),
        ...(person !== undefined && { recipient_team_id: workspace, recipient_user_id: person }),
        markdown_text: markdown,
      };
      return noteFirst(await api("chat.startStream", args));
    },
    stopStream,
    async write(index, part) {
      let outcome = await writeOnce(index, part);
      if (outcome.kind === "refused" && BAD_BLOCKS.has(outcome.error)) {
        outcome = await writeOnce(index, { text: part.text, blocks: [] });
      }
      if (outcome.kind === "refused") throw toSlackError("the message", outcome.error);
      const { ts } = Posted.parse(outcome.answer);
      found.parts.set(index, ts);
      return ts;
    },
  };
}
