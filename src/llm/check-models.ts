import type { Finding } from "../base/finding.ts";
import { defaultModel } from "./default-model.ts";
import type { ModelError, ModelRequest } from "./language-model.ts";
import { createModelProviders, type ModelProvidersConfig } from "./providers.ts";

const TIMEOUT_MS = 20_000;
const REQUEST: Omit<ModelRequest, "model"> = {
  system: "Answer with one word.",
  messages: [{ role: "user", text: "Say ok." }],
  tools: [],
  maxOutputTokens: 16,
  thinkingTokens: 0,
  timeoutMs: TIMEOUT_MS,
};
/** The provider was asked and answered; how much of an answer that was is not the question here. */
const ANSWERED = new Set(["empty", "truncated", "refused"]);

/**
 * Lets a model of every configured provider say one word, which costs a fraction of a cent. An endpoint
 * of which no model is known, because `DEFAULT_MODEL` names none of it, is asked for its list instead.
 */
export async function checkModels(
  models: ModelProvidersConfig,
  configuredModel: string | undefined,
): Promise<Finding[]> {
  const { anthropic, openai, compatible } = models;
  const wanted = configuredModel === undefined ? [] : [configuredModel];
  const known = [
    ...wanted,
    ...(anthropic ? [defaultModel({ anthropic })] : []),
    ...(openai ? [defaultModel({ openai })] : []),
  ];
  const providers = [
    ...(anthropic ? ["anthropic"] : []),
    ...(openai ? ["openai"] : []),
    ...compatible.map(({ name }) => name),
    ...wanted.map((reference) => reference.split("/")[0] ?? ""),
  ];
  const checks = [...new Set(providers)].map((name) => {
    const reference = known.find((each) => each.startsWith(`${name}/`));
    const endpoint = compatible.find((each) => each.name === name);
    if (reference !== undefined || !endpoint) return checkModel(models, name, reference ?? name);
    return checkList(name, endpoint);
  });
  return Promise.all(checks);
}

async function checkModel(
  models: ModelProvidersConfig,
  name: string,
  reference: string,
): Promise<Finding> {
  const what = `Model ${name}`;
  try {
    const { model, name: ownName } = createModelProviders(models, { attempts: 1 }).get(reference);
    const { signal } = new AbortController();
    for await (const event of model.stream({ ...REQUEST, model: ownName }, signal)) {
      if (event.type === "failed" && !ANSWERED.has(event.error.kind)) {
        return { what, state: "failed", detail: explain(reference, event.error) };
      }
    }
    return { what, state: "ok", detail: `${reference} answers` };
  } catch (error) {
    return { what, state: "failed", detail: (error as Error).message };
  }
}

function explain(reference: string, { kind, message }: ModelError): string {
  const todo: Partial<Record<ModelError["kind"], string>> = {
    auth: "Check the key and the account's credit.",
    "rate-limit": "Wait, or ask the provider for more.",
    network: "Check the network and the base URL.",
    timeout: "Check the network and the base URL.",
    invalid: "Check that the model exists: DEFAULT_MODEL names another one.",
  };
  const said = (message.split("\n")[0] ?? "").slice(0, 200);
  return `${reference} does not answer (${kind}: ${said}). ${todo[kind] ?? "Try again later."}`;
}

async function checkList(
  name: string,
  { baseUrl, apiKey, apiKeyEnv }: ModelProvidersConfig["compatible"][number],
): Promise<Finding> {
  const what = `Model ${name}`;
  if (apiKeyEnv !== undefined && apiKey === undefined) {
    return {
      what,
      state: "failed",
      detail: `${apiKeyEnv} is not set, which OPENAI_COMPATIBLE names.`,
    };
  }
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, "")}/models`, {
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return { what, state: "ok", detail: `${baseUrl} lists its models` };
    if (response.status === 401 || response.status === 403) {
      const todo =
        apiKey === undefined ? "Name the variable with its key in apiKeyEnv." : "Check its key.";
      return { what, state: "failed", detail: `${baseUrl} refuses the request. ${todo}` };
    }
    const detail = `${baseUrl} answers, but lists no models (${response.status}). Name one in DEFAULT_MODEL to try it.`;
    return { what, state: "warning", detail };
  } catch {
    return { what, state: "failed", detail: `${baseUrl} cannot be reached. Is it running?` };
  }
}
