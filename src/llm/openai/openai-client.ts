import type OpenAI from "openai";

export type OpenAiOptions = { apiKey?: string; baseUrl?: string };

const BASE_URL = "https://api.openai.com/v1";
const NO_KEY = "none";

/**
 * Loads the SDK at the first call and keeps one client, and with it the connections. Every option
 * that the SDK would otherwise read from the environment is given; endpoints without a key get no
 * authorization header.
 */
export function createClientLoader({ apiKey, baseUrl }: OpenAiOptions): () => Promise<OpenAI> {
  let client: Promise<OpenAI> | undefined;
  return () => (client ??= loadClient(apiKey, baseUrl ?? BASE_URL));
}

async function loadClient(apiKey: string | undefined, baseURL: string): Promise<OpenAI> {
  const { OpenAI } = await import("openai");
  return new OpenAI({
    apiKey: apiKey ?? NO_KEY,
    baseURL,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: "off",
    ...(apiKey ? {} : { defaultHeaders: { authorization: null } }),
  });
}
