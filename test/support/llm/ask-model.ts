import type { LanguageModel, ModelEvent, ModelRequest } from "../../../src/llm/language-model.ts";

/** A small request; the fields that a test is about are given. */
export function aRequest(fields: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: "double",
    system: "You are Sage, an AI agent.\nAgent: Sage",
    messages: [{ role: "user", text: "Hello there" }],
    tools: [],
    maxOutputTokens: 1000,
    thinkingTokens: 0,
    timeoutMs: 10_000,
    ...fields,
  };
}

/** All events of one call; `onDelta` runs at each delta. */
export async function askModel(
  model: LanguageModel,
  request: ModelRequest,
  signal: AbortSignal = new AbortController().signal,
  onDelta: () => void = () => undefined,
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of model.stream(request, signal)) {
    events.push(event);
    if (event.type === "text" || event.type === "thinking") onDelta();
  }
  return events;
}

export function deltasOf(events: ModelEvent[], type: "text" | "thinking"): string {
  return events.map((event) => (event.type === type ? event.text : "")).join("");
}

/** The last event, which must be of this type. */
export function lastOf<T extends "done" | "failed">(
  events: ModelEvent[],
  type: T,
): Extract<ModelEvent, { type: T }> {
  const last = events.at(-1);
  if (last?.type === type) return last as Extract<ModelEvent, { type: T }>;
  throw new Error(`expected ${type} at the end of ${JSON.stringify(events)}`);
}
