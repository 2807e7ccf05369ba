import { modelError } from "../../src/llm/errors.ts";
import type {
  LanguageModel,
  ModelErrorKind,
  ModelEvent,
  ModelRequest,
  ModelSenses,
  ModelUsage,
  ToolCall,
} from "../../src/llm/language-model.ts";

/** What the model says next: an answer, or a failure, after the deltas that came before it. */
export type ScriptedAnswer = {
  text?: string | string[];
  thinking?: string;
  toolCalls?: ToolCall[];
  stopReason?: "end" | "length";
  fails?: ModelErrorKind;
  retryAfterMs?: number;
  usage?: Partial<ModelUsage>;
  providerState?: unknown;
  /** Says nothing more until it is cancelled or its deadline passes. */
  hangs?: boolean;
};

export type ScriptedModel = LanguageModel & {
  /** Every request received. */
  requests: ModelRequest[];
  /** Answers the next calls, one each; after that `respond` decides. */
  script(...answers: ScriptedAnswer[]): void;
  respond(answer: (request: ModelRequest) => ScriptedAnswer): void;
  /** What it reads of attachments from now on; everything unless told. */
  see(senses: ModelSenses): void;
};

const NO_TOKENS = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** A model in memory that keeps the port's contract and says what the test tells it to. */
export function createScriptedModel(provider = "scripted"): ScriptedModel {
  const requests: ModelRequest[] = [];
  const scripted: ScriptedAnswer[] = [];
  let senses: ModelSenses = { images: true, documents: true };
  let respond = (_request: ModelRequest): ScriptedAnswer => ({ text: "Hello from the script." });

  async function* stream(
    request: ModelRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ModelEvent, void, undefined> {
    requests.push(structuredClone(request));
    const answer = scripted.shift() ?? respond(request);
    const usage = { ...NO_TOKENS, inputTokens: 10, outputTokens: 5, ...answer.usage };
    for (const delta of toDeltas(answer)) {
      if (signal.aborted) break;
      yield delta;
    }
    const stop = answer.hangs ? await waitForEnd(request, signal) : stopOf(answer, signal);
    if (stop) yield { type: "failed", error: toError(stop, answer), usage };
    else yield toDone(answer, usage);
  }

  return {
    provider,
    senses: () => senses,
    see(given) {
      senses = given;
    },
    requests,
    stream,
    script: (...answers) => void scripted.push(...answers),
    respond(answer) {
      respond = answer;
    },
  };
}

function toDeltas({ thinking, text = [] }: ScriptedAnswer): ModelEvent[] {
  return [
    ...(thinking === undefined ? [] : [{ type: "thinking" as const, text: thinking }]),
    ...[text].flat().map((piece) => ({ type: "text" as const, text: piece })),
  ];
}

function stopOf(answer: ScriptedAnswer, signal: AbortSignal): ModelErrorKind | undefined {
  if (signal.aborted) return "cancelled";
  const isEmpty = [answer.text ?? []].flat().join("").trim() === "" && !answer.toolCalls?.length;
  return answer.fails ?? (isEmpty ? "empty" : undefined);
}

function toError(kind: ModelErrorKind, { fails, retryAfterMs }: ScriptedAnswer) {
  const extra = kind === fails && retryAfterMs !== undefined ? { retryAfterMs } : {};
  return modelError(kind, `scripted: ${kind}`, extra);
}

function toDone(answer: ScriptedAnswer, usage: ModelUsage): ModelEvent {
  const { text = [], toolCalls = [], stopReason, providerState } = answer;
  return {
    type: "done",
    text: [text].flat().join(""),
    toolCalls,
    stopReason: stopReason ?? (toolCalls.length > 0 ? "tool-calls" : "end"),
    usage,
    ...(providerState === undefined ? {} : { providerState }),
  };
}

function waitForEnd(
  { timeoutMs }: ModelRequest,
  signal: AbortSignal,
): Promise<"cancelled" | "timeout"> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve("timeout"), timeoutMs);
    const cancel = () => {
      clearTimeout(timer);
      resolve("cancelled");
    };
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}
