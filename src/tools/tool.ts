import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import type { ToolSpec } from "../llm/language-model.ts";
import { withConfidence } from "./stated-confidence.ts";

export type ToolContext = {
  clock: Clock;
  /** IANA time zone of the person who asked. */
  timeZone: string;
  signal: AbortSignal;
  /** The same for every attempt at one call, also after a crash: a tool with effects acts once for it. */
  callKey: string;
};

/**
 * Something an agent can do. `execute` gets an input that matches `input` and answers with text for
 * the model; what it throws is told to the model as the tool's error and ends no turn.
 */
export type Tool = {
  readonly name: string;
  readonly input: z.ZodType;
  readonly timeoutMs: number;
  /** The tool as a model sees it. */
  readonly spec: ToolSpec;
  /** Whether it changes something outside the conversation: then it runs only where the agent is sure enough. */
  readonly hasEffects: boolean;
  /** Whether a person has to approve each call, however sure the agent is. */
  readonly requiresConfirmation: boolean;
  /** What a call would do, in a few words that follow “May I”, such as `post “Hello” in general`. */
  describe(input: unknown): string;
  execute(input: unknown, context: ToolContext): Promise<string> | string;
};

/** A tool with the type of its input tied to its schema. */
export function defineTool<Schema extends z.ZodType>(tool: {
  name: string;
  description: string;
  input: Schema;
  timeoutMs: number;
  hasEffects?: boolean;
  /** Implies `hasEffects`. */
  requiresConfirmation?: boolean;
  describe?(input: z.infer<Schema>): string;
  execute(input: z.infer<Schema>, context: ToolContext): Promise<string> | string;
}): Tool {
  const { name, description, input, timeoutMs, requiresConfirmation = false } = tool;
  const hasEffects = requiresConfirmation || (tool.hasEffects ?? false);
  const { $schema: _dialect, ...inputSchema } = z.toJSONSchema(input);
  return {
    name,
    input,
    timeoutMs,
    spec: {
      name,
      description,
      inputSchema: hasEffects ? withConfidence(inputSchema) : inputSchema,
    },
    hasEffects,
    requiresConfirmation,
    describe: (value) => tool.describe?.(value as z.infer<Schema>) ?? "",
    execute: (value, context) => tool.execute(value as z.infer<Schema>, context),
  };
}
