import type { ModelProvidersConfig } from "./providers.ts";
import { REHEARSAL_MODEL } from "./rehearsal/rehearsal-model.ts";

/** Both are the middle of their vendor's range and have a known price. */
const ANTHROPIC_DEFAULT = "anthropic/claude-sonnet-5-5";
const OPENAI_DEFAULT = "openai/gpt-6-sol";

/**
 * The model of agents that name none: Anthropic's where its key is set, else OpenAI's, else the
 * rehearsal model. Compatible endpoints are never chosen, because only the operator knows which
 * models they serve.
 */
export function defaultModel(config: Pick<ModelProvidersConfig, "anthropic" | "openai">): string {
  if (config.anthropic) return ANTHROPIC_DEFAULT;
  return config.openai ? OPENAI_DEFAULT : REHEARSAL_MODEL;
}
