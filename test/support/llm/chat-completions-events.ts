import type { ChatHabit, DoubleAnswer, DoubleRequest } from "./llm-double.ts";

/** The chunks of a chat completion on the wire, with the habits that the answer asks for. */
export function toChatEvents(answer: DoubleAnswer, request: DoubleRequest): string[] {
  const has = (habit: ChatHabit) => answer.habits?.includes(habit) ?? false;
  if (has("not-streamed")) return [JSON.stringify(toCompletion(answer))];
  const end = has("crlf") ? "\r\n" : "\n";
  const chunks = [
    toChunk({ role: "assistant", content: "" }),
    ...toDeltas(answer, has).map((delta) => toChunk(delta)),
    ...toEnd(answer, request, has),
  ];
  return [
    ...(has("comments") ? [`: PROCESSING${end}${end}`] : []),
    ...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}${end}${end}`),
    ...(has("no-done") || answer.streamError ? [] : [`data: [DONE]${end}${end}`]),
  ];
}

function toChunk(delta: object, finish_reason: string | null = null): object {
  return {
    id: "chatcmpl-double",
    object: "chat.completion.chunk",
    created: 1,
    model: "double",
    choices: [{ index: 0, delta, finish_reason }],
  };
}

function toEnd(
  answer: DoubleAnswer,
  request: DoubleRequest,
  has: (habit: ChatHabit) => boolean,
): object[] {
  if (answer.streamError) {
    const { type, message } = answer.streamError;
    return [{ error: { message, type, code: null } }];
  }
  const finish = toChunk({}, has("finish-stop") ? "stop" : finishReason(answer));
  const chunks = has("no-finish-reason") ? [] : [finish];
  const asksUsage = request.body.stream_options?.include_usage === true;
  if (has("usage-in-x-groq")) return [...chunks, { x_groq: { usage: toUsage(answer) } }];
  if (!asksUsage || has("no-usage")) return chunks;
  return [...chunks, { choices: [], usage: toUsage(answer) }];
}

function toDeltas(answer: DoubleAnswer, has: (habit: ChatHabit) => boolean): object[] {
  const { thinking, text = [], toolCalls = [], stop } = answer;
  const field = stop === "refusal" ? "refusal" : "content";
  return [
    ...(thinking === undefined ? [] : [{ reasoning_content: thinking }]),
    ...[text].flat().map((piece) => ({ [field]: piece })),
    ...toolCalls.flatMap((call, index) => toCallDeltas(call, index, has)),
  ];
}

function toCallDeltas(
  { id, name, input }: NonNullable<DoubleAnswer["toolCalls"]>[number],
  index: number,
  has: (habit: ChatHabit) => boolean,
): object[] {
  const json = typeof input === "string" ? input : JSON.stringify(input);
  const identity = {
    ...(has("no-call-index") ? {} : { index }),
    ...(has("no-call-ids") ? {} : { id: id ?? `call_${index}` }),
    type: "function",
  };
  if (has("calls-in-one-piece") || has("no-call-index") || has("arguments-as-object")) {
    const whole = has("arguments-as-object") ? input : json;
    return [{ tool_calls: [{ ...identity, function: { name, arguments: whole } }] }];
  }
  const half = Math.ceil(json.length / 2);
  return [
    { tool_calls: [{ ...identity, function: { name, arguments: "" } }] },
    ...[json.slice(0, half), json.slice(half)].map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }],
    })),
  ];
}

function toCompletion(answer: DoubleAnswer): object {
  const { text = "", toolCalls = [] } = answer;
  const message = {
    role: "assistant",
    content: [text].flat().join(""),
    tool_calls: toolCalls.map(({ id, name, input }, index) => ({
      id: id ?? `call_${index}`,
      type: "function",
      function: { name, arguments: JSON.stringify(input) },
    })),
  };
  return {
    id: "chatcmpl-double",
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: finishReason(answer) }],
    usage: toUsage(answer),
  };
}

function finishReason({ stop, toolCalls = [] }: DoubleAnswer): string {
  if (stop === "length") return "length";
  return toolCalls.length > 0 ? "tool_calls" : "stop";
}

function toUsage({ usage = {} }: DoubleAnswer): object {
  const { inputTokens = 10, outputTokens = 5, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
  const input = inputTokens + cacheReadTokens + cacheWriteTokens;
  return {
    prompt_tokens: input,
    completion_tokens: outputTokens,
    total_tokens: input + outputTokens,
    prompt_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens },
  };
}
