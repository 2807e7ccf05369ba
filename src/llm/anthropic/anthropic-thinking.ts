import type { MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/messages/messages";

type ThinkingParams = Pick<MessageCreateParamsStreaming, "thinking" | "output_config">;

const MIN_BUDGET_TOKENS = 1024;

/**
 * How thinking is asked for differs by model
 * (https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking): a token budget before
 * 4.6, an effort since. Since 5 it is on unless switched off, and some models cannot switch it off.
 */
export function toThinkingParams(model: string, thinkingTokens: number): ThinkingParams {
  const version = parseVersion(model);
  if (version < 3.7) return {};
  if (version < 4.6) {
    if (thinkingTokens === 0) return {};
    const budget = Math.max(thinkingTokens, MIN_BUDGET_TOKENS);
    return { thinking: { type: "enabled", budget_tokens: budget } };
  }
  if (thinkingTokens > 0) {
    return {
      thinking: { type: "adaptive", display: "summarized" },
      output_config: { effort: toEffort(thinkingTokens) },
    };
  }
  return withoutThinking(model, version);
}

/** Tokens on top of the answer's own, so that thinking does not eat the answer. */
export function thinkingAllowance(model: string, thinkingTokens: number): number {
  if (thinkingTokens === 0 || parseVersion(model) < 3.7) return 0;
  return Math.max(thinkingTokens, MIN_BUDGET_TOKENS);
}

function withoutThinking(model: string, version: number): ThinkingParams {
  if (version < 5) return {};
  if (/fable|mythos/.test(model) || (/opus/.test(model) && version >= 5.5)) {
    return { output_config: { effort: "low" } };
  }
  if (/sonnet/.test(model) && version >= 5.5) return { thinking: { type: "between_tools" } };
  return { thinking: { type: "disabled" } };
}

/** `claude-sonnet-4-5-20250929` is 4.5 and `claude-3-7-sonnet-latest` is 3.7; an unknown name counts as new. */
function parseVersion(model: string): number {
  const found = /-(\d{1,2})(?:[-.](\d{1,2}))?(?![\d])/.exec(model);
  return found ? Number(`${found[1]}.${found[2] ?? 0}`) : 5;
}

function toEffort(thinkingTokens: number): "low" | "medium" | "high" {
  if (thinkingTokens < 4096) return "low";
  return thinkingTokens < 16_384 ? "medium" : "high";
}
