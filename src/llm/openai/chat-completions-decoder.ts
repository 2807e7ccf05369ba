import { appendText, appendThinking, type Answer } from "../answer.ts";
import { modelError, readFault, toModelError } from "../errors.ts";
import type { StopReason } from "../language-model.ts";
import type { AnswerDecoder } from "../stream-answer.ts";
import { createToolCallParts, type ToolCallPart } from "./tool-call-parts.ts";

/** A chunk as endpoints really send it: any part may be missing or null. */
type Chunk = {
  error?: unknown;
  choices?: Choice[];
  usage?: Usage | null;
  /** Groq reports usage here. */
  x_groq?: { usage?: Usage };
};
type Choice = { delta?: Delta; message?: Delta; finish_reason?: string | null };
type Delta = {
  content?: string | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
  refusal?: string | null;
  tool_calls?: ToolCallPart[] | null;
};
type Usage = {
  prompt_tokens?: number;
  completion_tokens?: number;
  prompt_tokens_details?: { cached_tokens?: number; cache_write_tokens?: number } | null;
};

const STOP_REASONS: Record<string, StopReason> = { length: "length", tool_calls: "tool-calls" };

/** Reads the chunks of a chat completion, or the whole of one from an endpoint that does not stream. */
export function createChatCompletionsDecoder(answer: Answer): AnswerDecoder {
  const parts = createToolCallParts();
  let refusal = "";

  function read(payload: unknown): void {
    const { error, choices, usage, x_groq: groq } = payload as Chunk;
    if (error) answer.failure = toModelError(readFault(payload));
    const counted = usage ?? groq?.usage;
    if (counted) readUsage(answer, counted);
    if (choices?.[0]) readChoice(choices[0]);
  }

  function readChoice({ delta, message, finish_reason: reason }: Choice): void {
    const said = delta ?? message;
    if (said) readDelta(said);
    if (reason) readFinish(answer, reason);
  }

  function readDelta(delta: Delta): void {
    appendThinking(answer, delta.reasoning_content ?? delta.reasoning ?? "");
    appendText(answer, delta.content ?? "");
    refusal += delta.refusal ?? "";
    for (const part of delta.tool_calls ?? []) parts.add(part);
  }

  function end(): void {
    answer.toolCalls = parts.toCalls(answer.stopReason !== "length");
    if (refusal !== "" && answer.text === "" && answer.toolCalls.length === 0) {
      answer.failure ??= modelError("refused", "the model refused to answer");
    }
    if (answer.isComplete) answer.stopReason ??= "end";
  }

  return { read, end };
}

function readFinish(answer: Answer, reason: string): void {
  if (reason === "content_filter") {
    answer.failure = modelError("refused", "the provider's content filter cut the answer off");
  } else if (reason === "error") {
    answer.failure ??= modelError("overloaded", "the provider failed while answering");
  } else {
    answer.stopReason = STOP_REASONS[reason] ?? "end";
  }
}

function readUsage(answer: Answer, usage: Usage): void {
  const { cached_tokens: cached = 0, cache_write_tokens: written = 0 } =
    usage.prompt_tokens_details ?? {};
  answer.usage = {
    inputTokens: Math.max(0, (usage.prompt_tokens ?? 0) - cached - written),
    outputTokens: usage.completion_tokens ?? 0,
    cacheReadTokens: cached,
    cacheWriteTokens: written,
  };
}
