import type { LanguageModel } from "../language-model.ts";
import { streamAnswer, type AnswerSource } from "../stream-answer.ts";
import { createChatCompletionsDecoder } from "./chat-completions-decoder.ts";
import { toChatCompletionsRequest } from "./chat-completions-request.ts";
import { createClientLoader } from "./openai-client.ts";

/** Any endpoint that speaks OpenAI's chat completions; without a key none is sent. */
export function createChatCompletionsModel(options: {
  provider: string;
  baseUrl: string;
  apiKey?: string;
  /** Which of its models see images: all, the named ones, or none, as unless told. */
  images?: boolean | readonly string[];
}): LanguageModel {
  const { images = false } = options;
  const senses = (model: string) => ({
    images: typeof images === "boolean" ? images : images.includes(model),
    documents: false,
  });
  const load = createClientLoader(options);
  const source: AnswerSource = {
    async open(request, signal) {
      const { chat } = await load();
      const params = toChatCompletionsRequest(request, senses(request.model));
      return chat.completions.create(params, { signal, timeout: request.timeoutMs }).asResponse();
    },
    createDecoder: createChatCompletionsDecoder,
    secret: options.apiKey,
  };
  return {
    provider: options.provider,
    senses,
    stream: (request, signal) => streamAnswer(source, request, signal),
  };
}
