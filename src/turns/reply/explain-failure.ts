import type { ModelError, ModelErrorKind } from "../../llm/language-model.ts";

const CAUSES: Record<ModelErrorKind, string> = {
  auth: "its model provider refused the key. An operator needs to check it",
  "rate-limit": "its model provider allows no more requests right now. Try again in a minute",
  overloaded: "its model provider is overloaded. Try again in a minute",
  timeout: "its model took too long. Try again, perhaps with a shorter question",
  "context-too-long":
    "this conversation is too long for its model. Start a new one or ask for less",
  refused: "its model declined to answer this",
  truncated: "its model's answer broke off. Try again",
  network: "its model provider cannot be reached. An operator may need to look",
  invalid: "its model provider did not accept the request. An operator needs to look",
  empty: "its model gave an empty answer. Try again or put it differently",
  cancelled: "it was stopped",
};

/** What a room is told when a turn fails: one sentence, no internals. */
export function explainFailure(agent: string, reference: string, { kind }: ModelError): string {
  return `${agent} cannot answer: ${CAUSES[kind]}. (${reference}: ${kind})`;
}
