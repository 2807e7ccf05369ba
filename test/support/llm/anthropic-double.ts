import { rejectAnthropicRequest } from "./anthropic-rules.ts";
import {
  createLlmDouble,
  type DoubleAnswer,
  type DoubleRequest,
  type LlmDouble,
  type Respond,
} from "./llm-double.ts";

/** Anthropic's Messages API on loopback: streams scripted answers and rejects what the real one rejects. */
export function createAnthropicDouble(
  options: { port?: number; respond?: Respond } = {},
): Promise<LlmDouble> {
  return createLlmDouble(
    {
      basePath: "",
      reject: rejectAnthropicRequest,
      render: (answer, request) => toEvents(answer, request).map(toWire),
      errorBody: (status) => anthropicError(ERROR_TYPES[status] ?? "api_error", "scripted"),
    },
    options,
  );
}

function anthropicError(type: string, message: string): object {
  return { type: "error", error: { type, message }, request_id: "req_double" };
}

const ERROR_TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

type WireEvent = { type: string; [field: string]: unknown };

function toWire(event: WireEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function toEvents(answer: DoubleAnswer, request: DoubleRequest): WireEvent[] {
  const blocks = [...toThinking(answer), ...toText(answer), ...toToolUses(answer)];
  const { inputTokens = 10, outputTokens = 5 } = answer.usage ?? {};
  const events: WireEvent[] = [
    {
      type: "message_start",
      message: {
        id: "msg_double",
        type: "message",
        role: "assistant",
        model: request.body.model,
        content: [],
        stop_reason: null,
        usage: {
          input_tokens: inputTokens,
          output_tokens: 1,
          cache_read_input_tokens: answer.usage?.cacheReadTokens ?? 0,
          cache_creation_input_tokens: answer.usage?.cacheWriteTokens ?? 0,
        },
      },
    },
    { type: "ping" },
    ...blocks.flatMap(({ start, deltas }, index) => [
      { type: "content_block_start", index, content_block: start },
      ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index },
    ]),
  ];
  if (answer.streamError) return [...events, { type: "error", error: answer.streamError }];
  const isRefusal = answer.stop === "refusal";
  const delta = {
    stop_reason: stopReason(answer),
    stop_sequence: null,
    stop_details: isRefusal ? { type: "refusal", category: "cyber", explanation: null } : null,
  };
  return [
    ...events,
    { type: "message_delta", delta, usage: { output_tokens: outputTokens } },
    { type: "message_stop" },
  ];
}

type Block = { start: object; deltas: object[] };

function toThinking({ thinking }: DoubleAnswer): Block[] {
  if (thinking === undefined) return [];
  const deltas = [
    { type: "thinking_delta", thinking },
    { type: "signature_delta", signature: "sig-double" },
  ];
  return [{ start: { type: "thinking", thinking: "", signature: "" }, deltas }];
}

function toText({ text }: DoubleAnswer): Block[] {
  if (text === undefined) return [];
  const deltas = [text].flat().map((piece) => ({ type: "text_delta", text: piece }));
  return [{ start: { type: "text", text: "" }, deltas }];
}

function toToolUses({ toolCalls = [] }: DoubleAnswer): Block[] {
  return toolCalls.map(({ id, name, input }, index) => {
    const json = typeof input === "string" ? input : JSON.stringify(input);
    const half = Math.ceil(json.length / 2);
    return {
      start: { type: "tool_use", id: id ?? `toolu_${index}`, name, input: {} },
      deltas: [json.slice(0, half), json.slice(half)].map((partial_json) => ({
        type: "input_json_delta",
        partial_json,
      })),
    };
  });
}

function stopReason({ stop, toolCalls = [] }: DoubleAnswer): string {
  if (stop === "length") return "max_tokens";
  if (stop === "refusal") return "refusal";
  return toolCalls.length > 0 ? "tool_use" : "end_turn";
}
