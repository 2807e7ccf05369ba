import type { ResponseInputItem, ResponseOutputItem } from "openai/resources/responses/responses";

/** An answer that holds encrypted reasoning, item by item as the API wants it back. */
export type ResponsesState = { provider: "openai"; model: string; output: ResponseOutputItem[] };

/** The items of an earlier answer of the same model: reasoning is encrypted for the model that reasoned. */
export function itemsOfState(state: unknown, model: string): ResponseInputItem[] | undefined {
  const candidate = Object(state) as Partial<ResponsesState>;
  const isOurs = candidate.provider === "openai" && candidate.model === model;
  return isOurs ? (candidate.output as ResponseInputItem[] | undefined) : undefined;
}
