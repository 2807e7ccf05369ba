import { isBlank } from "../base/is-blank.ts";
import { modelError } from "./errors.ts";
import type { ModelError, ModelEvent, ModelUsage, StopReason, ToolCall } from "./language-model.ts";
import { NO_USAGE } from "./usage.ts";

/** An answer as it grows: what a decoder has read so far. */
export type Answer = {
  text: string;
  toolCalls: ToolCall[];
  usage: ModelUsage;
  /** Set once the provider said that the answer is finished. */
  stopReason?: StopReason;
  /** True once nothing more is to come, not even usage. */
  isComplete: boolean;
  /** Set once the provider said that it failed or refused. */
  failure?: ModelError;
  providerState?: unknown;
  /** Deltas read and not handed on yet; neighbours of one type are one delta. */
  deltas: Extract<ModelEvent, { type: "text" | "thinking" }>[];
};

export function createAnswer(): Answer {
  return { text: "", toolCalls: [], usage: { ...NO_USAGE }, isComplete: false, deltas: [] };
}

export function appendText(answer: Answer, text: string): void {
  answer.text += text;
  appendDelta(answer, "text", text);
}

export function appendThinking(answer: Answer, text: string): void {
  appendDelta(answer, "thinking", text);
}

/** The last event of an answer; one that never finished, or holds nothing, is a failure. */
export function toFinalEvent(answer: Answer): ModelEvent {
  const { text, toolCalls, usage, stopReason, failure, providerState } = answer;
  if (failure) return { type: "failed", error: failure, usage };
  if (!stopReason) {
    const error = modelError("truncated", "the answer ended before the provider finished it");
    return { type: "failed", error, usage };
  }
  if (isBlank(text) && toolCalls.length === 0) {
    return { type: "failed", error: emptyError(stopReason), usage };
  }
  return {
    type: "done",
    text,
    toolCalls,
    stopReason: stopReason === "end" && toolCalls.length > 0 ? "tool-calls" : stopReason,
    usage,
    ...(providerState === undefined ? {} : { providerState }),
  };
}

/** Parses a tool call's arguments; `isWhole` is false where the answer was cut off inside them. */
export function parseToolInput(json: string, isWhole: boolean): unknown {
  if (json.trim() === "" && isWhole) return {};
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function appendDelta(answer: Answer, type: "text" | "thinking", text: string): void {
  if (text === "") return;
  const last = answer.deltas.at(-1);
  if (last?.type === type) last.text += text;
  else answer.deltas.push({ type, text });
}

function emptyError(stopReason: StopReason): ModelError {
  return stopReason === "length"
    ? modelError("empty", "all output tokens were spent before any text", { retryable: false })
    : modelError("empty", "the model answered with neither text nor a tool call");
}
