import { toChatEvents } from "./chat-completions-events.ts";
import {
  createLlmDouble,
  type DoubleAnswer,
  type DoubleRequest,
  type LlmDouble,
  type Respond,
} from "./llm-double.ts";
import { rejectOpenAiRequest } from "./openai-rules.ts";

/**
 * OpenAI's Responses API and chat completions on loopback; `needsKey: false` is an endpoint such as
 * Ollama. Its base URL ends in `/v1`.
 */
export function createOpenAiDouble(
  options: { port?: number; respond?: Respond; needsKey?: boolean } = {},
): Promise<LlmDouble> {
  return createLlmDouble(
    {
      basePath: "/v1",
      reject: (request) => rejectOpenAiRequest(request, options.needsKey ?? true),
      render: (answer, request) =>
        request.path.endsWith("/responses")
          ? toResponsesEvents(answer, request).map(toWire)
          : toChatEvents(answer, request),
      errorBody: (status) => ({
        error: { message: "scripted", type: ERROR_TYPES[status] ?? "server_error", code: null },
      }),
    },
    options,
  );
}

const ERROR_TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "invalid_request_error",
  429: "requests",
};

type WireEvent = { type: string; [field: string]: unknown };

function toWire(event: WireEvent, index: number): string {
  const data = JSON.stringify({ ...event, sequence_number: index });
  return `event: ${event.type}\ndata: ${data}\n\n`;
}

function toResponsesEvents(answer: DoubleAnswer, request: DoubleRequest): WireEvent[] {
  const items = [...toReasoning(answer), ...toMessage(answer), ...toCalls(answer)];
  const started = { id: "resp_double", object: "response", status: "in_progress", output: [] };
  const events: WireEvent[] = [
    { type: "response.created", response: started },
    { type: "response.in_progress", response: started },
    ...items.flatMap(({ item, deltas }, output_index) => [
      {
        type: "response.output_item.added",
        output_index,
        item: { ...item, status: "in_progress" },
      },
      ...deltas.map((delta) => ({ ...delta, output_index, item_id: item.id })),
      { type: "response.output_item.done", output_index, item },
    ]),
  ];
  if (answer.streamError) {
    const { type: code, message } = answer.streamError;
    return [...events, { type: "error", code, message, param: null }];
  }
  const isIncomplete = answer.stop === "length";
  const response = {
    id: "resp_double",
    object: "response",
    model: request.body.model,
    status: isIncomplete ? "incomplete" : "completed",
    incomplete_details: isIncomplete ? { reason: "max_output_tokens" } : null,
    error: null,
    output: items.map(({ item }) => item),
    usage: toUsage(answer),
  };
  return [...events, { type: `response.${response.status}`, response }];
}

type Item = { item: { id: string; type: string; [field: string]: unknown }; deltas: WireEvent[] };

function toReasoning({ thinking }: DoubleAnswer): Item[] {
  if (thinking === undefined) return [];
  const item = {
    id: "rs_1",
    type: "reasoning",
    summary: [{ type: "summary_text", text: thinking }],
    encrypted_content: "encrypted-double",
  };
  const deltas = [{ type: "response.reasoning_summary_text.delta", delta: thinking }];
  return [{ item, deltas }];
}

function toMessage({ text, stop }: DoubleAnswer): Item[] {
  if (text === undefined) return [];
  const pieces = [text].flat();
  const [type, part] =
    stop === "refusal"
      ? ["response.refusal.delta", { type: "refusal", refusal: pieces.join("") }]
      : ["response.output_text.delta", { type: "output_text", text: pieces.join("") }];
  const item = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    status: "completed",
    content: [part],
  };
  return [{ item, deltas: pieces.map((delta) => ({ type, content_index: 0, delta })) }];
}

function toCalls({ toolCalls = [] }: DoubleAnswer): Item[] {
  return toolCalls.map(({ id, name, input }, index) => {
    const json = typeof input === "string" ? input : JSON.stringify(input);
    const item = {
      id: `fc_${index}`,
      type: "function_call",
      call_id: id ?? `call_${index}`,
      name,
      arguments: json,
      status: "completed",
    };
    return { item, deltas: [{ type: "response.function_call_arguments.delta", delta: json }] };
  });
}

function toUsage({ usage = {} }: DoubleAnswer): object {
  const { inputTokens = 10, outputTokens = 5, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
  const input = inputTokens + cacheReadTokens + cacheWriteTokens;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + outputTokens,
  };
}
