import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import type { ToolSpec } from "../llm/language-model.ts";

export type ToolContext = {
  clock: Clock;
  /** IANA time zone of the person who asked. */
  timeZone: string;
  signal: AbortSignal;
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
  execute(input: unknown, context: ToolContext): Promise<string> | string;
};

/** A tool with the type of its input tied to its schema. */
export function defineTool<Schema extends z.ZodType>(tool: {
  name: string;
  description: string;
  input: Schema;
  timeoutMs: number;
  execute(input: z.infer<Schema>, context: ToolContext): Promise<string> | string;
}): Tool {
  const { name, description, input, timeoutMs } = tool;
  const { $schema: _dialect, ...inputSchema } = z.toJSONSchema(input);
  return {
    name,
    input,
    timeoutMs,
    spec: { name, description, inputSchema },
    execute: (value, context) => tool.execute(value as z.infer<Schema>, context),
  };
}
