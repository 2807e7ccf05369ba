import type Anthropic from "@anthropic-ai/sdk";
import type { LanguageModel } from "../language-model.ts";
import { streamAnswer, type AnswerSource } from "../stream-answer.ts";
import { createAnthropicDecoder } from "./anthropic-decoder.ts";
import { anthropicSenses, toAnthropicRequest } from "./anthropic-request.ts";

export type AnthropicOptions = { apiKey: string; baseUrl?: string };

const BASE_URL = "https://api.anthropic.com";

/** Anthropic's Messages API. The SDK is loaded at the first call; one client keeps its connections. */
export function createAnthropicModel({ apiKey, baseUrl }: AnthropicOptions): LanguageModel {
  let client: Promise<Anthropic> | undefined;

  const source: AnswerSource = {
    async open(request, signal) {
      client ??= loadClient(apiKey, baseUrl ?? BASE_URL);
      const { messages } = await client;
      const options = { signal, timeout: request.timeoutMs };
      return messages.create(toAnthropicRequest(request), options).asResponse();
    },
    createDecoder: createAnthropicDecoder,
    secret: apiKey,
  };

  return {
    provider: "anthropic",
    senses: anthropicSenses,
    stream: (request, signal) => streamAnswer(source, request, signal),
  };
}

/** Every option that the SDK would otherwise read from the environment is given. */
async function loadClient(apiKey: string, baseURL: string): Promise<Anthropic> {
  const { Anthropic } = await import("@anthropic-ai/sdk");
  return new Anthropic({
    apiKey,
    baseURL,
    authToken: null,
    webhookKey: null,
    maxRetries: 0,
    logLevel: "off",
    openTelemetry: false,
  });
}
