import type {
  FunctionTool,
  ResponseCreateParamsStreaming,
  ResponseInputContent,
  ResponseInputItem,
} from "openai/resources/responses/responses";
import { canRead, toLabel, withNotices } from "../attachments.ts";
import type {
  ModelAttachment,
  ModelMessage,
  ModelRequest,
  ModelSenses,
  ToolSpec,
} from "../language-model.ts";
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
      return [{ role: "user", content: toUserContent(message, openAiSenses(model)) }];
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

function toUserContent(
  { text, attachments = [] }: Extract<ModelMessage, { role: "user" }>,
  senses: ModelSenses,
): string | ResponseInputContent[] {
  const readable = attachments.filter((attachment) => canRead(senses, attachment));
  const words = withNotices(text, attachments, senses);
  if (readable.length === 0) return words;
  const parts = readable.flatMap((attachment): ResponseInputContent[] => [
    { type: "input_text", text: toLabel(attachment) },
    toPart(attachment),
  ]);
  return [...parts, { type: "input_text", text: words }];
}

function toPart(attachment: ModelAttachment): ResponseInputContent {
  const url = toDataUrl(attachment);
  if (attachment.kind === "image") return { type: "input_image", image_url: url, detail: "auto" };
  return { type: "input_file", filename: attachment.name, file_data: url };
}

export function toDataUrl({ mimeType, data }: ModelAttachment): string {
  return `data:${mimeType};base64,${data}`;
}

/** Models see images and read PDF files, but for the older ones listed here. */
export function openAiSenses(model: string): ModelSenses {
  const isBlind = /^(?:gpt-3|gpt-4(?:-0|-1106|-32k|$)|o1-(?:mini|preview)|o3-mini)/.test(model);
  return { images: !isBlind, documents: !isBlind };
}

/** Arguments that never parsed are kept as the string that they were. */
export function toArguments(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input ?? {});
}
