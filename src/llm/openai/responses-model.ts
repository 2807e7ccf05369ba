import type { LanguageModel } from "../language-model.ts";
import { streamAnswer, type AnswerSource } from "../stream-answer.ts";
import { createClientLoader } from "./openai-client.ts";
import { createResponsesDecoder } from "./responses-decoder.ts";
import { openAiSenses, toResponsesRequest } from "./responses-request.ts";

/** OpenAI's Responses API. */
export function createResponsesModel(options: { apiKey: string; baseUrl?: string }): LanguageModel {
  const load = createClientLoader(options);
  const source: AnswerSource = {
    async open(request, signal) {
      const { responses } = await load();
      const params = toResponsesRequest(request);
      return responses.create(params, { signal, timeout: request.timeoutMs }).asResponse();
    },
    createDecoder: createResponsesDecoder,
    secret: options.apiKey,
  };
  return {
    provider: "openai",
    senses: openAiSenses,
    stream: (request, signal) => streamAnswer(source, request, signal),
  };
}
