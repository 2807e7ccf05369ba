import type { ModelEvent, ModelMessage, ToolSpec } from "../../llm/language-model.ts";
import type { ReplyInput } from "./reply-loop.ts";
import { TurnStopped } from "../lane/running-turns.ts";
import { TurnInterrupted } from "../turn-interrupted.ts";
import type { TurnScope } from "../turn-scope.ts";

export type ModelEnd = Extract<ModelEvent, { type: "done" | "failed" }>;

const MAX_OUTPUT_TOKENS = 4096;
const MODEL_TIMEOUT_MS = 120_000;

/** One model call: its words go to the stream, its end into the journal with tokens and cost. */
export async function callModel(
  scope: TurnScope,
  { selected, system, journal, stream, signal }: ReplyInput,
  messages: ModelMessage[],
  tools: ToolSpec[],
): Promise<ModelEnd> {
  const startedAt = scope.clock.now();
  const request = {
    model: selected.name,
    system,
    messages,
    tools,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    thinkingTokens: 0,
    timeoutMs: MODEL_TIMEOUT_MS,
  };
  let end: ModelEnd | undefined;
  for await (const event of selected.model.stream(request, signal)) {
    if (event.type === "text") stream.push(event.text);
    if (event.type === "done" || event.type === "failed") end = event;
  }
  if (!end) throw new Error(`${selected.reference} broke its contract: no last event`);
  const stopped = signal.reason instanceof TurnStopped ? signal.reason : undefined;
  if (isCancelled(end) && !stopped) throw new TurnInterrupted();
  const durationMs = scope.clock.now() - startedAt;
  const costMicros = scope.prices.costMicros(selected.reference, end.usage);
  journal.add({ name: selected.reference, durationMs, ...toStep(end, costMicros) });
  if (stopped) throw stopped;
  return end;
}

function toStep(end: ModelEnd, costMicros: bigint | undefined) {
  return {
    kind: "reply" as const,
    status: end.type === "done" ? ("done" as const) : ("failed" as const),
    ...(costMicros !== undefined && { costMicros }),
    output: { ...toOutput(end), ...(costMicros === undefined && { costUnknown: true }) },
  };
}

function isCancelled(end: ModelEnd): boolean {
  return end.type === "failed" && end.error.kind === "cancelled";
}

function toOutput(end: ModelEnd): object {
  if (end.type === "failed") return { error: end.error, usage: end.usage };
  const { type: _type, ...output } = end;
  return output;
}
