import { afterAll, beforeAll, expect, test } from "vitest";
import type { LanguageModel, ModelMessage } from "../../../src/llm/language-model.ts";
import { createResponsesModel } from "../../../src/llm/openai/responses-model.ts";
import { toResponsesRequest } from "../../../src/llm/openai/responses-request.ts";
import { askModel, aRequest, deltasOf, lastOf } from "../../support/llm/ask-model.ts";
import type { LlmDouble } from "../../support/llm/llm-double.ts";
import { createOpenAiDouble } from "../../support/llm/openai-double.ts";

const request = aRequest({ model: "gpt-6-sol" });

let double: LlmDouble;
let model: LanguageModel;
beforeAll(async () => {
  double = await createOpenAiDouble();
  model = createResponsesModel({ apiKey: "sk-test-0123456789", baseUrl: double.url });
});
afterAll(() => double.close());

test("counts cached tokens apart from the input they are part of", async () => {
  const usage = { inputTokens: 7, outputTokens: 42, cacheReadTokens: 900, cacheWriteTokens: 120 };
  double.script({ text: "ok", usage });
  expect(lastOf(await askModel(model, request), "done").usage).toEqual(usage);
});

test("carries encrypted reasoning through a tool loop", async () => {
  const tools = [{ name: "time", description: "", inputSchema: { type: "object" } }];
  double.script({
    thinking: "Let me look.",
    toolCalls: [{ id: "call_9", name: "time", input: { zone: "UTC" } }],
  });
  const events = await askModel(model, { ...request, tools, thinkingTokens: 2000 });
  expect(deltasOf(events, "thinking")).toBe("Let me look.");
  const { text, toolCalls, providerState } = lastOf(events, "done");
  expect(toolCalls).toEqual([{ id: "call_9", name: "time", input: { zone: "UTC" } }]);

  const messages: ModelMessage[] = [
    ...request.messages,
    {
      role: "assistant",
      text,
      toolCalls,
      providerState: JSON.parse(JSON.stringify(providerState)),
    },
    {
      role: "tool",
      results: [{ callId: "call_9", name: "time", output: "12:00", isError: false }],
    },
  ];
  double.script({ text: "Noon." });
  expect(lastOf(await askModel(model, { ...request, messages }), "done").text).toBe("Noon.");
  expect(double.requests.at(-1)?.body.input).toMatchObject([
    { role: "user" },
    { type: "reasoning", encrypted_content: "encrypted-double" },
    { type: "function_call", call_id: "call_9", arguments: '{"zone":"UTC"}' },
    { type: "function_call_output", call_id: "call_9", output: "12:00" },
  ]);
});

test("stores nothing at the provider", async () => {
  double.script({ text: "ok" });
  await askModel(model, request);
  expect(double.requests.at(-1)?.body.store).toBe(false);
});

test.each([
  ["server_error", "overloaded"],
  ["rate_limit_exceeded", "rate-limit"],
  ["context_length_exceeded", "context-too-long"],
])("classifies the error event %s in the middle of a stream", async (type, kind) => {
  double.script({ text: "some", streamError: { type, message: "sorry" } });
  expect(lastOf(await askModel(model, request), "failed").error.kind).toBe(kind);
});

test("tells a used-up quota from a rate limit", async () => {
  const error = {
    message: "You exceeded your current quota",
    type: "insufficient_quota",
    code: "insufficient_quota",
  };
  double.script({ status: 429, body: { error } });
  expect(lastOf(await askModel(model, request), "failed").error).toMatchObject({
    kind: "auth",
    retryable: false,
  });
});

test.each([
  ["gpt-4.1", 0, undefined, undefined],
  ["gpt-5-mini", 0, { effort: "minimal" }, ["reasoning.encrypted_content"]],
  ["gpt-6-sol", 0, { effort: "none" }, ["reasoning.encrypted_content"]],
  ["gpt-6.1-terra", 8000, { effort: "medium" }, ["reasoning.encrypted_content"]],
  ["o3", 0, undefined, ["reasoning.encrypted_content"]],
  ["gpt-5.4-pro", 0, undefined, ["reasoning.encrypted_content"]],
  ["gpt-5-chat-latest", 2000, undefined, undefined],
])(
  "asks %s to reason %i tokens in the way that model takes",
  (name, thinkingTokens, reasoning, include) => {
    const body = toResponsesRequest(aRequest({ model: name, thinkingTokens }));
    expect(body.reasoning).toEqual(reasoning);
    expect(body.include).toEqual(include);
  },
);
