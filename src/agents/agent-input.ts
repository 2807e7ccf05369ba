import { z } from "zod";
import { AppError } from "../base/errors.ts";
import { AvatarSchema } from "./avatar.ts";
import { IMPROVEMENT_POLICIES } from "./improvement-policy.ts";
import { PersonalitySchema } from "./personality.ts";

const text = (longest: number) => z.string().trim().min(1).max(longest);

const AgentFields = z.object({
  name: text(80),
  role: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, "must have lower-case letters, digits and underscores"),
  description: z.string().max(2000),
  systemPrompt: text(50_000),
  personality: PersonalitySchema.nullable(),
  avatar: AvatarSchema.nullable(),
  model: z
    .string()
    .regex(/^[^/\s]+\/\S+$/, "must be provider/model, for example rehearsal/echo")
    .nullable(),
  tools: z.array(text(64)).max(100).nullable(),
  memoryEnabled: z.boolean(),
  notes: z.string().max(10_000).nullable(),
  improvementPolicy: z.enum(IMPROVEMENT_POLICIES).nullable(),
});

const NewAgent = AgentFields.partial()
  .required({ name: true, systemPrompt: true })
  .extend({
    slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, {
      error: "must have lower-case letters, digits and dashes, at most 40: people write @slug",
    }),
  });

type Fields = z.infer<typeof AgentFields>;

/** `behavior` is the name of the behavior to assign; null takes the assigned one away. */
export type AgentChanges = Partial<Fields> & { behavior?: string | null };
export type NewAgentInput = AgentChanges & Pick<Fields, "name" | "systemPrompt"> & { slug: string };

export function parseNewAgent(input: NewAgentInput): NewAgentInput {
  const { behavior, ...fields } = input;
  const parsed = parse(NewAgent, fields) as NewAgentInput;
  return { ...parsed, ...(behavior !== undefined && { behavior }) };
}

export function parseAgentChanges(input: AgentChanges): AgentChanges {
  const { behavior, ...fields } = input;
  const parsed = parse(AgentFields.partial(), fields) as AgentChanges;
  return { ...parsed, ...(behavior !== undefined && { behavior }) };
}

/** The fields that are given, or an `INVALID` error that lists every one at fault. */
function parse(schema: z.ZodType, value: object): unknown {
  const given = Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "input"} ${message}`,
  );
  throw new AppError("INVALID", `The agent cannot be stored: ${faults.join("; ")}.`);
}
