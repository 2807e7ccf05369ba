import { z } from "zod";
import { MessageComponents } from "./component-shapes.ts";

// Limits as in Discord's published OpenAPI document (MIT); 2,000 characters is the limit of bots,
// where that document says 4,000. Lengths are UTF-16 units, the stricter way to count.
const snowflake = z.string().regex(/^\d{1,20}$/, "is not snowflake.");
const url = z
  .string()
  .max(2048)
  .regex(/^(https?|attachment):\/\//, "Not a well formed URL.");
const COMPONENTS_V2 = 32_768;

const AllowedMentionsShape = z
  .object({
    parse: z.array(z.enum(["users", "roles", "everyone"])).nullish(),
    users: z.array(snowflake).max(100).nullish(),
    roles: z.array(snowflake).max(100).nullish(),
    replied_user: z.boolean().nullish(),
  })
  .refine(({ parse, users }) => !(parse?.includes("users") && users?.length), {
    path: ["parse"],
    error: 'parse:["users"] and users: [ids...] are mutually exclusive.',
  })
  .refine(({ parse, roles }) => !(parse?.includes("roles") && roles?.length), {
    path: ["parse"],
    error: 'parse:["roles"] and roles: [ids...] are mutually exclusive.',
  });

const Embed = z.object({
  type: z.string().nullish(),
  title: z.string().max(256).nullish(),
  description: z.string().max(4096).nullish(),
  url: url.nullish(),
  color: z.int().min(0).max(0xff_ff_ff).nullish(),
  timestamp: z.string().nullish(),
  author: z
    .object({ name: z.string().max(256), url: url.nullish(), icon_url: url.nullish() })
    .nullish(),
  footer: z.object({ text: z.string().max(2048), icon_url: url.nullish() }).nullish(),
  image: z.object({ url }).nullish(),
  thumbnail: z.object({ url }).nullish(),
  fields: z
    .array(
      z.object({
        name: z.string().min(1).max(256),
        value: z.string().min(1).max(1024),
        inline: z.boolean().nullish(),
      }),
    )
    .max(25)
    .nullish(),
});

const Embeds = z
  .array(Embed)
  .max(10)
  .refine((embeds) => embeds.reduce((sum, embed) => sum + lengthOf(embed), 0) <= 6000, {
    error: "Embed size exceeds maximum size of 6000",
  });

const AttachmentRef = z.object({
  id: z.union([snowflake, z.int()]),
  filename: z.string().min(1).max(1024).nullish(),
  description: z.string().max(1024).nullish(),
});

const content = z.string().max(2000);
const common = {
  content: content.nullish(),
  embeds: Embeds.nullish(),
  allowed_mentions: AllowedMentionsShape.nullish(),
  components: MessageComponents.nullish(),
  attachments: z.array(AttachmentRef).max(10).nullish(),
  flags: z.int().nullish(),
};

/** `POST /channels/{id}/messages`. */
export const CreateMessage = z
  .object({
    ...common,
    tts: z.boolean().nullish(),
    sticker_ids: z.array(snowflake).max(3).nullish(),
    nonce: z.union([z.int(), z.string().max(25)]).nullish(),
    enforce_nonce: z.boolean().nullish(),
    message_reference: z
      .object({
        message_id: snowflake,
        channel_id: snowflake.nullish(),
        guild_id: snowflake.nullish(),
        fail_if_not_exists: z.boolean().nullish(),
        type: z.literal(0).nullish(),
      })
      .nullish(),
  })
  .superRefine(refuseMixing);
export type CreateMessageBody = z.infer<typeof CreateMessage>;

/** `PATCH` of a message, also by webhook and as the answer to an interaction. */
export const EditMessage = z.object(common).superRefine(refuseMixing);
export type EditMessageBody = z.infer<typeof EditMessage>;

const NAME_PARTS = /clyde|discord|```/i;

/** `POST /webhooks/{id}/{token}`; there is no nonce on it. */
export const ExecuteWebhook = z
  .object({
    ...common,
    tts: z.boolean().nullish(),
    username: z
      .string()
      .min(1)
      .max(80)
      .refine((name) => !NAME_PARTS.test(name), {
        error: 'Username cannot contain "discord"',
      })
      .nullish(),
    avatar_url: url.nullish(),
    thread_name: z.string().max(100).nullish(),
  })
  .superRefine(refuseMixing);
export type ExecuteWebhookBody = z.infer<typeof ExecuteWebhook>;

/** `POST /channels/{id}/webhooks`. */
export const CreateWebhook = z.object({
  name: z
    .string()
    .min(1)
    .max(80)
    .refine((name) => !NAME_PARTS.test(name), {
      error: 'Username cannot contain "discord"',
    }),
  avatar: z.string().nullish(),
});

const autoArchive = z.union([60, 1440, 4320, 10_080].map((minutes) => z.literal(minutes)));
export const StartThread = z.object({
  // Format characters alone are no name.
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/[^\s\p{Cf}\u3164]/u, "This field is required"),
  auto_archive_duration: autoArchive.nullish(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  type: z.union([z.literal(11), z.literal(12)]).nullish(),
  invitable: z.boolean().nullish(),
});

export const UpdateChannel = z.looseObject({
  name: z.string().min(1).max(100).optional(),
  archived: z.boolean().optional(),
  locked: z.boolean().optional(),
});

export const BulkDelete = z.object({ messages: z.array(snowflake).min(2).max(100) });
export const OpenDm = z.object({ recipient_id: snowflake });

/** Version 2 components replace content and embeds. */
function refuseMixing(
  body: {
    flags?: number | null | undefined;
    content?: string | null | undefined;
    embeds?: unknown[] | null | undefined;
  },
  context: z.core.$RefinementCtx,
): void {
  if (((body.flags ?? 0) & COMPONENTS_V2) === 0) return;
  for (const field of ["content", "embeds"] as const) {
    if (!body[field]?.length) continue;
    const message = `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`;
    context.issues.push({ code: "custom", path: [field], message, input: body });
  }
}

function lengthOf(embed: z.infer<typeof Embed>): number {
  const fields = embed.fields?.flatMap(({ name, value }) => [name, value]) ?? [];
  return [embed.title, embed.description, embed.author?.name, embed.footer?.text, ...fields]
    .map((text) => text?.length ?? 0)
    .reduce((sum, length) => sum + length, 0);
}
