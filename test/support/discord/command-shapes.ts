import { z } from "zod";

// Limits as in Discord's published OpenAPI document (MIT), schema ApplicationCommandUpdateRequest,
// and the naming rule of its reference pages.
const name = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[-_'\p{L}\p{N}\p{Script=Devanagari}\p{Script=Thai}]{1,32}$/u, "Command name is invalid")
  .refine((text) => text === text.toLowerCase(), { error: "Command name is invalid" });
const description = z.string().min(1).max(100);
const localizations = z.record(z.string(), z.string().max(100)).nullish();

const named = {
  name,
  name_localizations: localizations,
  description,
  description_localizations: localizations,
  required: z.boolean().nullish(),
};
const choice = z.object({
  name: z.string().min(1).max(100),
  name_localizations: localizations,
  value: z.union([z.string().max(6000), z.number()]),
});

const Leaf = z
  .object({
    type: z.int().min(3).max(11),
    ...named,
    autocomplete: z.boolean().nullish(),
    choices: z.array(choice).max(25).nullish(),
    min_length: z.int().min(0).max(6000).nullish(),
    max_length: z.int().min(1).max(6000).nullish(),
    min_value: z.number().nullish(),
    max_value: z.number().nullish(),
    channel_types: z.array(z.int()).nullish(),
  })
  .refine(({ autocomplete, choices }) => !(autocomplete && choices?.length), {
    path: ["autocomplete"],
    error: "Autocomplete and choices exclude each other",
  })
  .refine(({ autocomplete, type }) => !autocomplete || [3, 4, 10].includes(type), {
    path: ["autocomplete"],
    error: "Only text and number options have autocomplete",
  });

const Leaves = z
  .array(Leaf)
  .max(25)
  .refine((options) => isRequiredFirst(options), {
    error: "Required options must be placed before non-required options",
  })
  .refine(hasUniqueNames, { error: "Application command option names must be unique" });

const Subcommand = z.object({ type: z.literal(1), ...named, options: Leaves.nullish() });
const Group = z.object({
  type: z.literal(2),
  ...named,
  options: z.array(Subcommand).min(1).max(25).refine(hasUniqueNames),
});

const Command = z
  .object({
    id: z.string().nullish(),
    type: z.int().min(1).max(4).nullish(),
    name: z.string().min(1).max(32),
    name_localizations: localizations,
    description: z.string().max(100).nullish(),
    description_localizations: localizations,
    options: z
      .union([
        z
          .array(z.union([Subcommand, Group]))
          .max(25)
          .refine(hasUniqueNames),
        Leaves,
      ])
      .nullish(),
    default_member_permissions: z.string().regex(/^\d+$/).nullish(),
    dm_permission: z.boolean().nullish(),
    contexts: z.array(z.int().min(0).max(2)).min(1).nullish(),
    integration_types: z.array(z.int().min(0).max(1)).min(1).nullish(),
    nsfw: z.boolean().nullish(),
    handler: z.int().nullish(),
  })
  .refine(({ type, name: text }) => (type ?? 1) !== 1 || name.safeParse(text).success, {
    path: ["name"],
    error: "Command name is invalid",
  })
  .refine(({ type, description: text }) => (type ?? 1) !== 1 || Boolean(text), {
    path: ["description"],
    error: "This field is required",
  });

/** One slash command, `POST /applications/{id}/commands`. */
export const CreateCommand = Command;
export type CreateCommandBody = z.infer<typeof Command>;

/** `PATCH` of a command; what it makes together with the old fields is checked as a whole. */
export const UpdateCommand = z.record(z.string(), z.unknown());

/** All commands at once, `PUT /applications/{id}/commands`: what is left out is deleted. */
export const OverwriteCommands = z
  .array(Command)
  .max(110)
  .refine(hasUniqueNames, { error: "Application command names must be unique" });

function isRequiredFirst(options: { required?: boolean | null | undefined }[]): boolean {
  const firstOptional = options.findIndex(({ required }) => !required);
  return firstOptional === -1 || options.slice(firstOptional).every(({ required }) => !required);
}

function hasUniqueNames(items: { name: string }[]): boolean {
  return new Set(items.map(({ name }) => name)).size === items.length;
}
