import { AppError } from "../base/errors.ts";
import { createAnthropicModel } from "./anthropic/anthropic-model.ts";
import type { LanguageModel } from "./language-model.ts";
import { createChatCompletionsModel } from "./openai/chat-completions-model.ts";
import { createResponsesModel } from "./openai/responses-model.ts";
import { createRehearsalModel, REHEARSAL_MODEL } from "./rehearsal/rehearsal-model.ts";
import { withRetries, type RetryOptions } from "./retrying.ts";

type CompatibleEndpoint = {
  name: string;
  baseUrl: string;
  apiKey?: string;
  /** The variable that should hold the key; an endpoint that names one is unavailable without it. */
  apiKeyEnv?: string;
  /** Which of its models see images. */
  images?: boolean | readonly string[];
};

export type ModelProvidersConfig = {
  anthropic?: { apiKey: string; baseUrl?: string } | undefined;
  openai?: { apiKey: string; baseUrl?: string } | undefined;
  compatible: CompatibleEndpoint[];
};

export type ModelProviders = {
  /**
   * The model behind `provider/model`, with retries; `name` is the part after the first slash. Throws
   * an `AppError`: `INVALID` for an unknown provider or a malformed reference, `UNAVAILABLE` for a
   * provider without a key.
   */
  get(reference: string): { model: LanguageModel; name: string };
  /** Every provider, whether it can be used, and if not, what to set. */
  list(): { provider: string; available: boolean; reason?: string }[];
};

type Provider = { name: string; model: LanguageModel } | { name: string; reason: string };

export function createModelProviders(
  config: ModelProvidersConfig,
  retries: RetryOptions = {},
): ModelProviders {
  const providers = createProviders(config, retries);

  function get(reference: string): { model: LanguageModel; name: string } {
    const slash = reference.indexOf("/");
    const name = reference.slice(slash + 1);
    if (slash <= 0 || name === "") {
      throw new AppError(
        "INVALID",
        `"${reference}" is no model: write provider/model, such as ${REHEARSAL_MODEL}`,
      );
    }
    const provider = providers.find((candidate) => candidate.name === reference.slice(0, slash));
    if (!provider) {
      const known = providers.map((candidate) => candidate.name).join(", ");
      throw new AppError(
        "INVALID",
        `"${reference}" names an unknown provider: known are ${known}; add others with OPENAI_COMPATIBLE`,
      );
    }
    if (!("model" in provider)) {
      throw new AppError("UNAVAILABLE", `"${reference}" cannot be used: ${provider.reason}`);
    }
    return { model: provider.model, name };
  }

  const list = () =>
    providers.map((provider) =>
      "model" in provider
        ? { provider: provider.name, available: true }
        : { provider: provider.name, available: false, reason: provider.reason },
    );

  return { get, list };
}

function createProviders(config: ModelProvidersConfig, retries: RetryOptions): Provider[] {
  const { anthropic, openai, compatible } = config;
  return [
    anthropic
      ? { name: "anthropic", model: withRetries(createAnthropicModel(anthropic), retries) }
      : { name: "anthropic", reason: "set ANTHROPIC_API_KEY" },
    openai
      ? { name: "openai", model: withRetries(createResponsesModel(openai), retries) }
      : { name: "openai", reason: "set OPENAI_API_KEY" },
    ...compatible.map((endpoint) => createCompatible(endpoint, retries)),
    { name: "rehearsal", model: createRehearsalModel() },
  ];
}

function createCompatible(endpoint: CompatibleEndpoint, retries: RetryOptions): Provider {
  const { name, baseUrl, apiKey, apiKeyEnv, images } = endpoint;
  if (apiKeyEnv && !apiKey) return { name, reason: `set ${apiKeyEnv}` };
  const model = createChatCompletionsModel({
    provider: name,
    baseUrl,
    ...(apiKey ? { apiKey } : {}),
    ...(images === undefined ? {} : { images }),
  });
  return { name, model: withRetries(model, retries) };
}
