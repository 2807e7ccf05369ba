import type {
  Base64ImageSource,
  ContentBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  TextBlockParam,
  Tool,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { canRead, TEXT_ONLY, toLabel, withNotices } from "../attachments.ts";
import type {
  ModelAttachment,
  ModelMessage,
  ModelRequest,
  ModelSenses,
} from "../language-model.ts";
import { contentOfState, toToolUse } from "./anthropic-state.ts";
import { thinkingAllowance, toThinkingParams } from "./anthropic-thinking.ts";

const CACHED = { cache_control: { type: "ephemeral" as const } };

/**
 * A request body for the Messages API. Cache breakpoints stand where two calls can share a prefix:
 * after the tools, after the system text, after the last message that the next turn repeats, and, in a
 * tool loop, after the last message of all, which the next round of the loop repeats.
 */
export function toAnthropicRequest(request: ModelRequest): MessageCreateParamsStreaming {
  const { model, system, messages, tools, maxOutputTokens, thinkingTokens } = request;
  return {
    model,
    max_tokens: maxOutputTokens + thinkingAllowance(model, thinkingTokens),
    ...(system === "" ? {} : { system: [{ type: "text", text: system, ...CACHED }] }),
    ...(tools.length === 0 ? {} : { tools: toTools(request) }),
    messages: toMessages(messages, model),
    ...toThinkingParams(model, thinkingTokens),
    stream: true,
  };
}

function toTools({ tools }: ModelRequest): Tool[] {
  return tools.map(({ name, description, inputSchema }, index) => ({
    name,
    description,
    input_schema: { ...inputSchema, type: "object" as const },
    ...(index === tools.length - 1 ? CACHED : {}),
  }));
}

function toMessages(messages: ModelMessage[], model: string): MessageParam[] {
  const lastUser = messages.findLastIndex(({ role }) => role === "user");
  const cached = new Set([lastUser - 1]);
  if (messages.at(-1)?.role === "tool") cached.add(messages.length - 1);
  return messages.flatMap((message, index) => {
    const content = toContent(message, model);
    if (content.length === 0) return [];
    if (cached.has(index)) markCached(content);
    return [
      { role: message.role === "assistant" ? ("assistant" as const) : ("user" as const), content },
    ];
  });
}

function toContent(message: ModelMessage, model: string): ContentBlockParam[] {
  switch (message.role) {
    case "user":
      return toUserContent(message, anthropicSenses(model));
    case "tool":
      return message.results.map(({ callId, output, isError }) => ({
        type: "tool_result",
        tool_use_id: callId,
        content: output,
        ...(isError ? { is_error: true } : {}),
      }));
    case "assistant":
      return (
        contentOfState(message.providerState, model) ?? [
          ...toText(message.text.trimEnd()),
          ...message.toolCalls.map(({ id, name, input }) => toToolUse(id, name, input)),
        ]
      );
  }
}

/** Attachments come before the words about them, as the API's guide advises. */
function toUserContent(
  { text, attachments = [] }: Extract<ModelMessage, { role: "user" }>,
  senses: ModelSenses,
): ContentBlockParam[] {
  const readable = attachments.filter((attachment) => canRead(senses, attachment));
  const blocks = readable.flatMap((attachment): ContentBlockParam[] => [
    { type: "text", text: toLabel(attachment) },
    toBlock(attachment),
  ]);
  return [...blocks, ...toText(withNotices(text, attachments, senses))];
}

function toBlock({ kind, mimeType, data }: ModelAttachment): ContentBlockParam {
  if (kind === "document") {
    return { type: "document", source: { type: "base64", media_type: "application/pdf", data } };
  }
  const media_type = mimeType as Base64ImageSource["media_type"];
  return { type: "image", source: { type: "base64", media_type, data } };
}

/** Every model of today sees images and reads PDF files; the first ones did not. */
export function anthropicSenses(model: string): ModelSenses {
  if (/^claude-(?:2|instant)/.test(model)) return TEXT_ONLY;
  return { images: true, documents: !/^claude-3-(?:opus|sonnet|haiku)/.test(model) };
}

/** The API takes no empty text block. */
function toText(text: string): TextBlockParam[] {
  return text.trim() === "" ? [] : [{ type: "text", text }];
}

/** Thinking blocks take no breakpoint, so it goes to the last block that does. */
function markCached(content: ContentBlockParam[]): void {
  const index = content.findLastIndex(
    ({ type }) => type !== "thinking" && type !== "redacted_thinking",
  );
  const block = content[index];
  if (block) content[index] = { ...block, ...CACHED };
}
