import { z } from "zod";
import type { ReplyAddress } from "../../../rooms/chat-platform.ts";
import { findReply, REPLY_EVENT, type FoundReply } from "./find-reply.ts";
import { toPersona } from "./persona.ts";
import type { ReplyPart } from "./reply-parts.ts";
import type { SlackAnswer, SlackApi, SlackOutcome } from "../api/slack-api.ts";
import { toSlackError } from "../api/slack-error.ts";
import type { Settled, SlackSender } from "../api/slack-sender.ts";

/** The messages of one delivery: which there are, and how to write them. */
export type PostedParts = {
  /** What is there, asked of Slack once where this process cannot know. */
  find(): Promise<FoundReply>;
  /** The one call that shows a part now; not repeated, and its outcome remembered. */
  draft(part: ReplyPart): Promise<SlackOutcome>;
  /** Makes a part say this and answers its ts. */
  write(index: number, part: ReplyPart): Promise<string>;
  /** Removes a part that an earlier attempt had posted beyond what there is now to say. */
  remove(index: number): Promise<void>;
};

type Calls = { sender: SlackSender; api: SlackApi };

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

export function createPostedParts(
  { sender, api }: Calls,
  address: ReplyAddress,
  { deliveryId, resumed }: { deliveryId: string; resumed: boolean },
): PostedParts {
  const { channel, thread } = address;
  let found: FoundReply = { parts: new Map(), hasFile: false };
  let inDoubt = resumed;

  const toContent = (index: number, { text, blocks }: ReplyPart) => ({
    channel,
    text,
    blocks,
    metadata: { event_type: REPLY_EVENT, event_payload: { delivery_id: deliveryId, part: index } },
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
      inDoubt = false;
    }
    return found;
  }

  async function update(index: number, ts: string, part: ReplyPart): Promise<Settled> {
    return sender.settle({
      channel,
      method: "chat.update",
      args: { ...toContent(index, part), ts },
    });
  }

  async function post(index: number, part: ReplyPart): Promise<Settled> {
    const call = { channel, method: "chat.postMessage", args: toPost(index, part) };
    return sender.settleOnce(call, async (): Promise<SlackAnswer | undefined> => {
      inDoubt = true;
      const ts = (await find()).parts.get(index);
      return ts === undefined ? undefined : { ts };
    });
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
    if (ts !== undefined) {
      await sender.settle({ channel, method: "chat.delete", args: { channel, ts } });
    }
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
      if (outcome.kind === "unknown" && ts === undefined) inDoubt = true;
      if (outcome.kind === "done") found.parts.set(0, Posted.parse(outcome.answer).ts);
      return outcome;
    },
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
