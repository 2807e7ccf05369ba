import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions/completions";
import type { ModelMessage, ModelRequest } from "../language-model.ts";
import { toArguments } from "./responses-request.ts";

/**
 * A request body that every compatible endpoint takes: `max_tokens` and the role `system`, which are
 * older than what OpenAI itself asks for today, and nothing about thinking, which has no common name.
 */
export function toChatCompletionsRequest(
  request: ModelRequest,
): ChatCompletionCreateParamsStreaming {
  const { model, system, messages, tools, maxOutputTokens } = request;
  return {
    model,
    messages: [
      ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
      ...messages.flatMap(toMessages),
    ],
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, inputSchema }) => ({
            type: "function" as const,
            function: { name, description, parameters: inputSchema },
          })),
        }),
    max_tokens: maxOutputTokens,
    stream: true,
    stream_options: { include_usage: true },
  };
}

function toMessages(message: ModelMessage): ChatCompletionMessageParam[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: message.text }];
    case "tool":
      return message.results.map(({ callId, output }) => ({
        role: "tool",
        tool_call_id: callId,
        content: output,
      }));
    case "assistant":
      return [toAssistantMessage(message)];
  }
}

function toAssistantMessage({
  text,
  toolCalls,
}: Extract<ModelMessage, { role: "assistant" }>): ChatCompletionMessageParam {
  if (toolCalls.length === 0) return { role: "assistant", content: text };
  return {
    role: "assistant",
    content: text === "" ? null : text,
    tool_calls: toolCalls.map(({ id, name, input }) => ({
      id,
      type: "function",
      function: { name, arguments: toArguments(input) },
    })),
  };
}
