import type {
  FunctionTool,
  ResponseCreateParamsStreaming,
  ResponseInputItem,
} from "openai/resources/responses/responses";
import type { ModelMessage, ModelRequest, ToolSpec } from "../language-model.ts";
import { toReasoningParams } from "./responses-reasoning.ts";
import { itemsOfState } from "./responses-state.ts";

const MIN_OUTPUT_TOKENS = 16;

/** A request body for the Responses API. Nothing is stored there: every call carries its history. */
export function toResponsesRequest(request: ModelRequest): ResponseCreateParamsStreaming {
  const { model, system, messages, tools, maxOutputTokens, thinkingTokens } = request;
  return {
    model,
    ...(system === "" ? {} : { instructions: system }),
    input: messages.flatMap((message) => toItems(message, model)),
    ...(tools.length === 0 ? {} : { tools: tools.map(toTool) }),
    max_output_tokens: Math.max(MIN_OUTPUT_TOKENS, maxOutputTokens + thinkingTokens),
    ...toReasoningParams(model, thinkingTokens),
    store: false,
    stream: true,
    stream_options: { include_obfuscation: false },
  };
}

function toTool({ name, description, inputSchema }: ToolSpec): FunctionTool {
  return { type: "function", name, description, parameters: inputSchema, strict: false };
}

function toItems(message: ModelMessage, model: string): ResponseInputItem[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: message.text }];
    case "tool":
      return message.results.map(({ callId, output }) => ({
        type: "function_call_output",
        call_id: callId,
        output,
      }));
    case "assistant":
      return (
        itemsOfState(message.providerState, model) ?? [
          ...(message.text === "" ? [] : [{ role: "assistant" as const, content: message.text }]),
          ...message.toolCalls.map(({ id, name, input }) => ({
            type: "function_call" as const,
            call_id: id,
            name,
            arguments: toArguments(input),
          })),
        ]
      );
  }
}

/** Arguments that never parsed are kept as the string that they were. */
export function toArguments(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input ?? {});
}
