import { z } from "zod";
import type { ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import type { SlackSender } from "../api/slack-sender.ts";

/** A message of some app that carries no delivery's id. */
export type UnmarkedMessage = {
  ts: string;
  botId: string;
  /** The name it was written under, where that is not the app's own. */
  name: string | undefined;
  isStream: boolean;
};

/** What Slack shows already of one delivery. */
export type FoundReply = {
  /** The ts of each message, by the number of its part. */
  parts: Map<number, string>;
  /** Whether the file with the whole reply is there. */
  hasFile: boolean;
  /** Oldest first: a stream gets its delivery's id at its end only. */
  unmarked: UnmarkedMessage[];
};

const REPLY_EVENT = "troupe_reply";

const Page = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      bot_id: z.string().optional().catch(undefined),
      username: z.string().optional().catch(undefined),
      streaming_state: z.string().optional().catch(undefined),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
        .optional()
        .catch(undefined),
      files: z
        .array(z.object({ name: z.string().nullish() }))
        .optional()
        .catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

const PAGE_SIZE = 200;
const MOST_PAGES = 10;
const TIMESTAMP = /^\d+\.\d+$/;

/** The name of the file of a delivery, by which it is found again. */
export function toFileName(deliveryId: string): string {
  return `reply-${deliveryId}.md`;
}

/** What a part of a delivery carries, by which it is found again. */
export function toMetadata(deliveryId: string, part: number) {
  return { event_type: REPLY_EVENT, event_payload: { delivery_id: deliveryId, part } };
}

/**
 * Looks for the messages of a delivery by their metadata, from the message that asked onwards. Needs
 * the history scope of the channel's kind; without it the error says so.
 */
export async function findReply(
  sender: SlackSender,
  address: ReplyAddress,
  deliveryId: string,
): Promise<FoundReply> {
  const found: FoundReply = { parts: new Map(), hasFile: false, unmarked: [] };
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = Page.parse(await sender.require(toCall(address, cursor)));
    for (const message of answer.messages) note(found, message, deliveryId);
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) break;
  }
  found.unmarked.sort((one, other) => Number(one.ts) - Number(other.ts));
  return found;
}

function toCall({ channel, thread, replyTo }: ReplyAddress, cursor: string | undefined) {
  const args = {
    channel,
    include_all_metadata: true,
    limit: PAGE_SIZE,
    ...(TIMESTAMP.test(replyTo) && { oldest: replyTo }),
    ...(cursor !== undefined && { cursor }),
  };
  return thread === undefined
    ? { channel, method: "conversations.history", args }
    : { channel, method: "conversations.replies", args: { ...args, ts: thread } };
}

function note(
  found: FoundReply,
  message: z.infer<typeof Page>["messages"][number],
  deliveryId: string,
): void {
  const { ts, metadata, files = [], bot_id: botId } = message;
  const payload = metadata?.event_type === REPLY_EVENT ? metadata.event_payload : {};
  if (payload["delivery_id"] === deliveryId) found.parts.set(Number(payload["part"]), ts);
  if (files.some(({ name }) => name === toFileName(deliveryId))) found.hasFile = true;
  if (botId !== undefined && metadata === undefined && files.length === 0) {
    const isStream = message.streaming_state !== undefined;
    found.unmarked.push({ ts, botId, name: message.username, isStream });
  }
}
