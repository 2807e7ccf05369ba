import { z } from "zod";
import type { PostedQuestion, ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import { findReply, toMetadata } from "./find-reply.ts";
import { toPersona } from "./persona.ts";
import { BAD_BLOCKS, UNCHANGEABLE } from "./posted-parts.ts";
import { mention, type ReplyPart, toReplyParts } from "./reply-parts.ts";
import { inSections, withDecision } from "../buttons/slack-buttons.ts";
import type { SlackAnswer } from "../api/slack-api.ts";
import { toSlackError } from "../api/slack-error.ts";
import type { Settled, SlackSender } from "../api/slack-sender.ts";

const Posted = z.object({ ts: z.string() });

/** Posts a question with its buttons, once per approval: it is found again by its metadata. */
export async function askInSlack(
  sender: SlackSender,
  address: ReplyAddress,
  { approvalId, question, resumed, about }: PostedQuestion & { approvalId: string },
): Promise<string> {
  const find = async (): Promise<SlackAnswer | undefined> => {
    const ts = (await findReply(sender, address, approvalId)).parts.get(0);
    return ts === undefined ? undefined : { ts };
  };
  const known = resumed ? await find() : undefined;
  if (known) return Posted.parse(known).ts;
  const part = toPart(question, address);
  let outcome = await post(sender, address, { approvalId, about, part, find });
  if (outcome.kind === "refused" && BAD_BLOCKS.has(outcome.error)) {
    outcome = await post(sender, address, { approvalId, about, part: inSections(part), find });
  }
  if (outcome.kind === "refused") throw toSlackError("the question", outcome.error);
  return Posted.parse(outcome.answer).ts;
}

/** Puts how a question ended in its place, without buttons. A message that is gone is left alone. */
export async function closeInSlack(
  sender: SlackSender,
  { channel }: ReplyAddress,
  { ts, outcome }: { ts: string; outcome: string },
): Promise<void> {
  const { text, blocks } = toPart(outcome);
  const args = { channel, ts, text, blocks };
  const settled = await sender.settle({ channel, method: "chat.update", args });
  if (settled.kind === "refused" && !UNCHANGEABLE.has(settled.error)) {
    throw toSlackError("the end of a question", settled.error);
  }
}

function toPart(markdown: string, address?: ReplyAddress): ReplyPart {
  const [part = { text: markdown, blocks: [] }] = toReplyParts(markdown);
  const whole = part.blocks.length > 0 ? part : inSections(part);
  return address?.person === undefined || address.channel.startsWith("D")
    ? whole
    : mention(address.person, whole);
}

type Posting = {
  approvalId: string;
  about: PostedQuestion["about"];
  part: ReplyPart;
  find: () => Promise<SlackAnswer | undefined>;
};

function post(
  sender: SlackSender,
  address: ReplyAddress,
  { approvalId, about, part, find }: Posting,
): Promise<Settled> {
  const { channel, thread } = address;
  const { text, blocks } = withDecision(part, approvalId, about);
  const args = {
    channel,
    text,
    blocks,
    metadata: toMetadata(approvalId, 0),
    ...(thread !== undefined && { thread_ts: thread }),
    ...toPersona(address),
    unfurl_links: false,
    unfurl_media: false,
  };
  return sender.settleOnce({ channel, method: "chat.postMessage", args }, find);
}
