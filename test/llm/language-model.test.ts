import { createAnthropicModel } from "../../src/llm/anthropic/anthropic-model.ts";
import type { LanguageModel, ModelErrorKind } from "../../src/llm/language-model.ts";
import { createChatCompletionsModel } from "../../src/llm/openai/chat-completions-model.ts";
import { createResponsesModel } from "../../src/llm/openai/responses-model.ts";
import { createRehearsalModel } from "../../src/llm/rehearsal/rehearsal-model.ts";
import { describeLanguageModel, type LanguageModelSubject } from "../contracts/language-model.ts";
import { createScriptedModel } from "../fakes/scripted-model.ts";
import { createAnthropicDouble } from "../support/llm/anthropic-double.ts";
import type { DoubleAnswer, LlmDouble } from "../support/llm/llm-double.ts";
import { createOpenAiDouble } from "../support/llm/openai-double.ts";

const FAILURES: Partial<Record<ModelErrorKind, DoubleAnswer>> = {
  auth: { status: 401 },
  "rate-limit": { status: 429 },
  overloaded: { status: 503 },
  refused: { text: "I cannot help with that.", stop: "refusal" },
  truncated: { text: ["some ", "text"], cutAfterEvents: 3, cut: "end" },
};

/** `eventsToText`: after how many events of its dialect one delta of text was sent. */
function overDouble(
  double: LlmDouble,
  model: LanguageModel,
  options: { modelName: string; eventsToText: number; empty: DoubleAnswer },
): LanguageModelSubject {
  const { modelName, eventsToText, empty } = options;
  return {
    model,
    modelName,
    willSay: (text) => double.script({ text }),
    willCall: (input) => double.script({ toolCalls: [{ name: "calculator", input }] }),
    willFail: (kind) => double.script(FAILURES[kind] ?? {}),
    willHang: () => double.script({ text: "some text", cutAfterEvents: eventsToText, cut: "hang" }),
    willBeEmpty: () => double.script(empty),
    willBeCutByLength: () => double.script({ text: "and so", stop: "length" }),
    connections: () => double.connections(),
    close: () => double.close(),
  };
}

describeLanguageModel("the scripted fake", async () => {
  const model = createScriptedModel();
  return {
    model,
    modelName: "any",
    willSay: (text) => model.script({ text }),
    willCall: (input) => model.script({ toolCalls: [{ id: "1", name: "calculator", input }] }),
    willFail: (fails) => model.script({ fails }),
    willHang: () => model.script({ text: "some text", hangs: true }),
    willBeEmpty: () => model.script({}),
    willBeCutByLength: () => model.script({ text: "and so", stopReason: "length" }),
  };
});

describeLanguageModel("the rehearsal model", async () => ({
  model: createRehearsalModel(),
  modelName: "echo",
  willCall: () => undefined,
}));

describeLanguageModel("Anthropic", async () => {
  const double = await createAnthropicDouble();
  const model = createAnthropicModel({ apiKey: "key", baseUrl: double.url });
  return overDouble(double, model, {
    modelName: "claude-sonnet-5-5",
    eventsToText: 4,
    empty: { text: "" },
  });
});

describeLanguageModel("OpenAI Responses", async () => {
  const double = await createOpenAiDouble();
  const model = createResponsesModel({ apiKey: "key", baseUrl: double.url });
  return overDouble(double, model, { modelName: "gpt-6-sol", eventsToText: 4, empty: {} });
});

describeLanguageModel("OpenAI-compatible chat completions", async () => {
  const double = await createOpenAiDouble({ needsKey: false });
  const model = createChatCompletionsModel({ provider: "local", baseUrl: double.url });
  return overDouble(double, model, { modelName: "llama", eventsToText: 2, empty: {} });
});
