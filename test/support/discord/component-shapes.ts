import { z } from "zod";

// Limits as in Discord's published OpenAPI document (MIT), schemas *ComponentForMessageRequest.
const customId = z.string().min(1).max(100);
const emoji = z.object({ id: z.string().nullish(), name: z.string().max(32).nullish() });
const link = z
  .string()
  .max(512)
  .regex(/^(https?|discord):\/\//, "Not a well formed URL.");

const Button = z
  .object({
    type: z.literal(2),
    style: z.int().min(1).max(6),
    custom_id: customId.nullish(),
    label: z.string().max(80).nullish(),
    url: link.nullish(),
    sku_id: z.string().nullish(),
    disabled: z.boolean().nullish(),
    emoji: emoji.nullish(),
  })
  .refine(({ style, custom_id }) => style >= 5 || custom_id, {
    path: ["custom_id"],
    error: "A custom id is required",
  })
  .refine(({ style, url, custom_id }) => style !== 5 || (url && !custom_id), {
    path: ["url"],
    error: "A link button has a url and no custom id",
  })
  .refine(({ style, label, emoji }) => style === 6 || label || emoji, {
    path: ["label"],
    error: "A button must have a label or emoji",
  });

const option = z.object({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().max(100).nullish(),
  default: z.boolean().nullish(),
  emoji: emoji.nullish(),
});

const select = {
  custom_id: customId,
  placeholder: z.string().max(150).nullish(),
  min_values: z.int().min(0).max(25).nullish(),
  max_values: z.int().min(1).max(25).nullish(),
  disabled: z.boolean().nullish(),
};
const StringSelect = z.object({
  type: z.literal(3),
  ...select,
  options: z.array(option).min(1).max(25),
});
const EntitySelect = z.object({ type: z.int().min(5).max(8), ...select });

const ActionRow = z
  .object({
    type: z.literal(1),
    components: z
      .array(z.union([Button, StringSelect, EntitySelect]))
      .min(1)
      .max(5),
  })
  .refine(
    ({ components }) => components.length === 1 || components.every(({ type }) => type === 2),
    { path: ["components"], error: "A row holds up to five buttons, or one select" },
  );

const TextDisplay = z.object({ type: z.literal(10), content: z.string().min(1).max(4000) });
/** Sections, thumbnails, galleries, files, separators and containers, checked by type only. */
const OtherV2 = z.looseObject({ type: z.union([9, 11, 12, 13, 14, 17].map((n) => z.literal(n))) });

/** The `components` of a message, classic or (with flag 32768) version 2. */
export const MessageComponents = z
  .array(z.union([ActionRow, TextDisplay, OtherV2]))
  .max(40)
  .refine((rows) => rows.filter(({ type }) => type === 1).length <= 5, {
    error: "Must be 5 or fewer in length.",
  })
  .refine((rows) => hasUniqueIds(rows), { error: "Component custom id cannot be duplicated" });

function hasUniqueIds(rows: object[]): boolean {
  const ids = rows
    .flatMap((row) => ("components" in row ? (row.components as object[]) : []))
    .flatMap((part) => ("custom_id" in part && part.custom_id ? [part.custom_id] : []));
  return new Set(ids).size === ids.length;
}

const TextInput = z.object({
  type: z.literal(4),
  custom_id: customId,
  style: z.int().min(1).max(2),
  label: z.string().min(1).max(45).nullish(),
  value: z.string().max(4000).nullish(),
  placeholder: z.string().max(100).nullish(),
  required: z.boolean().nullish(),
  min_length: z.int().min(0).max(4000).nullish(),
  max_length: z.int().min(1).max(4000).nullish(),
});
const ModalRow = z.object({ type: z.literal(1), components: z.array(TextInput).length(1) });
const Label = z.object({
  type: z.literal(18),
  label: z.string().min(1).max(45),
  description: z.string().min(1).max(100).nullish(),
  component: z.union([
    TextInput,
    StringSelect,
    EntitySelect,
    z.looseObject({ type: z.int().min(19) }),
  ]),
});

/** The form of interaction callback type 9. */
export const Modal = z.object({
  custom_id: customId,
  title: z.string().min(1).max(45),
  components: z
    .array(z.union([ModalRow, Label, TextDisplay]))
    .min(1)
    .max(40),
});
