import type {
  ContentBlockParam,
  ToolUseBlockParam,
} from "@anthropic-ai/sdk/resources/messages/messages";

/** An answer that holds signed thinking, block by block as the API wants it back. */
export type AnthropicState = { provider: "anthropic"; model: string; content: ContentBlockParam[] };

/** The blocks of an earlier answer of the same model: thinking is signed for the model that thought it. */
export function contentOfState(state: unknown, model: string): ContentBlockParam[] | undefined {
  const candidate = Object(state) as Partial<AnthropicState>;
  const isOurs = candidate.provider === "anthropic" && candidate.model === model;
  return isOurs && candidate.content ? [...candidate.content] : undefined;
}

/** The API takes objects only as input; arguments that never parsed travel back as what they were. */
export function toToolUse(id: string, name: string, input: unknown): ToolUseBlockParam {
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  return { type: "tool_use", id, name, input: isObject ? input : { arguments: input } };
}
