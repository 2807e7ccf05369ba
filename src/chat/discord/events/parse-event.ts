import type {
  GatewayMessageDeleteBulkDispatchData,
  GatewayMessageDeleteDispatchData,
} from "discord.js";
import { z } from "zod";
import type { DiscordMessage } from "./read-message.ts";
import type { ReactionEvent } from "./read-reaction.ts";

// What is not told is taken for empty, as Discord itself does in some events; what is needed must be there.
const id = z.string().regex(/^\d{1,20}$/);
const place = { channel_id: id, guild_id: id.optional() };
const user = z.looseObject({ id, username: z.string() });
const file = z.looseObject({ id, filename: z.string(), size: z.number(), url: z.string() });
const words = z.looseObject({
  content: z.string().default(""),
  attachments: z.array(file).default([]),
  sticker_items: z.array(z.looseObject({ name: z.string() })).optional(),
  poll: z
    .looseObject({
      question: z.looseObject({ text: z.string().optional() }),
      answers: z.array(
        z.looseObject({ poll_media: z.looseObject({ text: z.string().optional() }) }),
      ),
    })
    .optional(),
});
const message = words.extend({
  ...place,
  id,
  type: z.number(),
  author: user,
  mentions: z.array(user).default([]),
  mention_roles: z.array(id).default([]),
  referenced_message: words.extend({ author: user }).nullish(),
  message_snapshots: z.array(z.looseObject({ message: words })).optional(),
});

const emoji = z.looseObject({ name: z.string().nullable() });

const EVENTS = {
  message,
  deleted: z.looseObject({ ...place, id }),
  swept: z.looseObject({ ...place, ids: z.array(id) }),
  reaction: z.looseObject({
    ...place,
    user_id: id,
    message_id: id,
    emoji,
  }),
  guild: z.looseObject({
    id,
    name: z.string().optional(),
    unavailable: z.boolean().optional(),
  }),
  cleared: z.looseObject({ ...place, message_id: id, emoji: emoji.optional() }),
};

type Events = {
  message: DiscordMessage;
  deleted: GatewayMessageDeleteDispatchData;
  swept: GatewayMessageDeleteBulkDispatchData;
  reaction: ReactionEvent;
  guild: { id: string; name?: string; unavailable?: boolean };
  /** Without an emoji all of them. */
  cleared: Pick<ReactionEvent, "channel_id" | "guild_id" | "message_id"> &
    Partial<Pick<ReactionEvent, "emoji">>;
};

export type EventKind = keyof Events;
export type Event<Kind extends EventKind> = Events[Kind];

/** What Discord tells, checked as far as it is used; undefined for what is not of that kind, such as half an edit. */
export function parseEvent<Kind extends EventKind>(
  kind: Kind,
  data: unknown,
): Event<Kind> | undefined {
  const { success, data: parsed } = EVENTS[kind].safeParse(data);
  return success ? (parsed as unknown as Events[Kind]) : undefined;
}
