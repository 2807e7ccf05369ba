import { z } from "zod";

const id = z.string().regex(/^[A-Z][A-Z0-9]{1,40}$/);
const ts = z.string().regex(/^\d{1,20}\.\d{1,10}$/);

/** What a message can do without: where it is malformed, the rest counts. */
const words = z.string().nullish().catch(undefined);
const SlackFile = z.object({
  id: z.string().max(64).nullish().catch(undefined),
  name: words,
  title: words,
  mimetype: z.string().max(200).nullish().catch(undefined),
  size: z.number().nullish().catch(undefined),
  url_private: words,
  thumb_1024: words,
  thumb_960: words,
  thumb_720: words,
});
const Attachment = z.object({
  fallback: words,
  text: words,
  /** Somebody's message that the writer forwards. */
  is_share: z.boolean().nullish().catch(undefined),
  author_id: words,
  author_name: words,
});
const Content = z.object({
  ts,
  text: z.string().nullish(),
  user: id.nullish(),
  bot_id: id.nullish(),
  subtype: z.string().nullish(),
  thread_ts: ts.nullish(),
  blocks: z.array(z.unknown()).nullish().catch(undefined),
  files: listOf(SlackFile),
  edited: z.object({ ts: z.string() }).nullish().catch(undefined),
  /** The name a bot gave itself for this message. */
  username: words,
  bot_profile: z.object({ name: words }).nullish().catch(undefined),
  /** Who wrote it, where that is somebody of another workspace. */
  user_profile: z.object({ display_name: words, real_name: words }).nullish().catch(undefined),
  /** Where many bots put all they say, and people what they forward. */
  attachments: listOf(Attachment),
});

const Posted = Content.extend({
  type: z.enum(["message", "app_mention"]),
  channel: id,
  channel_type: words,
});
const Changed = z.object({
  type: z.literal("message"),
  subtype: z.literal("message_changed"),
  channel: id,
  channel_type: words,
  event_ts: ts.optional().catch(undefined),
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

/** What of a list can be read; undefined where it is none. */
function listOf<T extends z.ZodType>(item: T) {
  const readable = z.array(item.nullish().catch(null));
  return readable
    .transform((items) => items.filter((each) => each != null))
    .nullish()
    .catch(undefined);
}

/** The event in its known shape; undefined for other types and for what is malformed. */
export function parseSlackEvent(event: unknown): SlackEvent | undefined {
  const parsed = KNOWN.safeParse(event);
  return parsed.success ? parsed.data : undefined;
}
