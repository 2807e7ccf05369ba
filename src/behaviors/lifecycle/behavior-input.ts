import { z } from "zod";
import { AppError } from "../../base/errors.ts";

const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((value) => value.isWellFormed() && !value.includes("\0"), "must be plain text");

const Fields = z.object({
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9_-]{0,63}$/,
      "must have lower-case letters, digits, underscores and dashes, at most 64",
    ),
  description: text(2000),
  role: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, "must have lower-case letters, digits and underscores"),
  evolutionNotes: text(10_000).nullable(),
});

export type BehaviorFields = z.infer<typeof Fields>;

type Given = { [Field in keyof BehaviorFields]?: BehaviorFields[Field] | undefined };

export function parseNewBehavior(
  given: Given & Pick<BehaviorFields, "name" | "role">,
): Partial<BehaviorFields> & Pick<BehaviorFields, "name" | "role"> {
  const { name, role } = given;
  return { ...parseBehaviorFields(given), name, role };
}

/** The fields that are given, or an `INVALID` error that lists every one at fault. */
export function parseBehaviorFields(given: Given): Partial<BehaviorFields> {
  const fields = Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined));
  const parsed = Fields.partial().safeParse(fields);
  if (parsed.success) return parsed.data as Partial<BehaviorFields>;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new AppError("INVALID", `The behavior cannot be stored: ${faults.join("; ")}.`);
}
