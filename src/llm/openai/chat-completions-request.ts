import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions/completions";
import { canRead, TEXT_ONLY, toLabel, withNotices } from "../attachments.ts";
import type { ModelMessage, ModelRequest, ModelSenses } from "../language-model.ts";
import { toArguments, toDataUrl } from "./responses-request.ts";

/**
 * A request body that every compatible endpoint takes: `max_tokens` and the role `system`, which are
 * older than what OpenAI itself asks for today, and nothing about thinking, which has no common name.
 */
export function toChatCompletionsRequest(
  request: ModelRequest,
  senses: ModelSenses = TEXT_ONLY,
): ChatCompletionCreateParamsStreaming {
  const { model, system, messages, tools, maxOutputTokens } = request;
  return {
    model,
    messages: [
      ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
      ...messages.flatMap((message) => toMessages(message, senses)),
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

function toMessages(message: ModelMessage, senses: ModelSenses): ChatCompletionMessageParam[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: toUserContent(message, senses) }];
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

/** Plain text where nothing is attached: not every endpoint takes a list of parts. */
function toUserContent(
  { text, attachments = [] }: Extract<ModelMessage, { role: "user" }>,
  senses: ModelSenses,
): string | ChatCompletionContentPart[] {
  const images = attachments.filter((attachment) => canRead(senses, attachment));
  const words = withNotices(text, attachments, senses);
  if (images.length === 0) return words;
  const parts = images.flatMap((image): ChatCompletionContentPart[] => [
    { type: "text", text: toLabel(image) },
    { type: "image_url", image_url: { url: toDataUrl(image) } },
  ]);
  return [...parts, { type: "text", text: words }];
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
