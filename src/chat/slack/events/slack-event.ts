import { z } from "zod";

const id = z.string().regex(/^[A-Z][A-Z0-9]{1,40}$/);
const ts = z.string().regex(/^\d{1,20}\.\d{1,10}$/);

const address = z.string().nullish().catch(undefined);
const SlackFile = z.object({
  id: z.string().max(64).nullish().catch(undefined),
  name: z.string().nullish(),
  title: z.string().nullish(),
  mimetype: z.string().max(200).nullish().catch(undefined),
  size: z.number().nullish().catch(undefined),
  url_private: address,
  thumb_1024: address,
  thumb_960: address,
  thumb_720: address,
});
const Content = z.object({
  ts,
  text: z.string().nullish(),
  user: z.string().nullish(),
  bot_id: z.string().nullish(),
  subtype: z.string().nullish(),
  thread_ts: ts.nullish(),
  blocks: z.array(z.unknown()).nullish(),
  files: z.array(SlackFile).nullish().catch(undefined),
  edited: z.object({ ts: z.string() }).nullish(),
  /** The name a bot gave itself for this message. */
  username: z.string().nullish().catch(undefined),
  bot_profile: z.object({ name: z.string().nullish() }).nullish().catch(undefined),
  /** Where many bots put all they say. */
  attachments: z
    .array(z.object({ fallback: z.string().nullish(), text: z.string().nullish() }))
    .nullish()
    .catch(undefined),
});

const Posted = Content.extend({
  type: z.enum(["message", "app_mention"]),
  channel: id,
  channel_type: z.string().nullish(),
});
const Changed = z.object({
  type: z.literal("message"),
  subtype: z.literal("message_changed"),
  channel: id,
  message: Content,
  previous_message: Content.nullish().catch(undefined),
});
const Deleted = z.object({
  type: z.literal("message"),
  subtype: z.literal("message_deleted"),
  channel: id,
  deleted_ts: ts,
  previous_message: Content.nullish().catch(undefined),
});
const Reaction = z.object({
  type: z.enum(["reaction_added", "reaction_removed"]),
  user: id,
  reaction: z.string(),
  item: z.object({ type: z.string(), channel: id.optional(), ts: ts.optional() }),
  item_user: z.string().nullish(),
});

const KNOWN = z.union([
  Changed.transform((event) => ({ kind: "changed" as const, ...event })),
  Deleted.transform((event) => ({ kind: "deleted" as const, ...event })),
  Posted.transform((event) => ({ kind: "posted" as const, ...event })),
  Reaction.transform((event) => ({ kind: "reaction" as const, ...event })),
]);

/** What a person wrote, as a message or as the newest version of one. */
export type SlackContent = z.infer<typeof Content>;
/** An event that says something to the product. */
export type SlackEvent = z.infer<typeof KNOWN>;

/** The event in its known shape; undefined for other types and for what is malformed. */
export function parseSlackEvent(event: unknown): SlackEvent | undefined {
  const parsed = KNOWN.safeParse(event);
  return parsed.success ? parsed.data : undefined;
}
