import type { ResponseCreateParamsStreaming } from "openai/resources/responses/responses";

type ReasoningParams = Pick<ResponseCreateParamsStreaming, "reasoning" | "include">;

const REASONS = /^(o\d|gpt-[5-9])(?!.*chat)/;
const TAKES_NONE =
  /^gpt-(5\.[1-9]|[6-9](\.\d+)?)(-(sol|terra|luna|mini|nano))?(-\d{4}-\d\d-\d\d)?$/;
const TAKES_MINIMAL = /^gpt-5(-(mini|nano))?(-\d{4}-\d\d-\d\d)?$/;

/**
 * How reasoning is asked for: an effort, and the encrypted items that a tool loop hands back because
 * nothing is stored at the provider. Models that do not reason take neither.
 */
export function toReasoningParams(model: string, thinkingTokens: number): ReasoningParams {
  if (!REASONS.test(model)) return {};
  const effort = thinkingTokens > 0 ? toEffort(thinkingTokens) : leastEffort(model);
  return {
    include: ["reasoning.encrypted_content"],
    ...(effort === undefined ? {} : { reasoning: { effort } }),
  };
}

function leastEffort(model: string): "none" | "minimal" | undefined {
  if (TAKES_NONE.test(model)) return "none";
  return TAKES_MINIMAL.test(model) ? "minimal" : undefined;
}

function toEffort(thinkingTokens: number): "low" | "medium" | "high" {
  if (thinkingTokens < 4096) return "low";
  return thinkingTokens < 16_384 ? "medium" : "high";
}
