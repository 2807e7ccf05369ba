import { afterAll, beforeAll, expect, test } from "vitest";
import { createAnthropicModel } from "../../../src/llm/anthropic/anthropic-model.ts";
import type { LanguageModel, ModelMessage } from "../../../src/llm/language-model.ts";
import { createAnthropicDouble } from "../../support/llm/anthropic-double.ts";
import { askModel, aRequest, deltasOf, lastOf } from "../../support/llm/ask-model.ts";
import type { LlmDouble } from "../../support/llm/llm-double.ts";

const KEY = "sk-ant-very-secret-0123456789";
const request = aRequest({ model: "claude-sonnet-5-5" });

let double: LlmDouble;
let model: LanguageModel;
beforeAll(async () => {
  double = await createAnthropicDouble();
  model = createAnthropicModel({ apiKey: KEY, baseUrl: double.url });
});
afterAll(() => double.close());

test("reports tokens as the provider counted them, cached ones apart", async () => {
  const usage = { inputTokens: 7, outputTokens: 42, cacheReadTokens: 900, cacheWriteTokens: 120 };
  double.script({ text: "ok", usage });
  expect(lastOf(await askModel(model, request), "done").usage).toEqual(usage);
});

test("hands thinking on and carries its signature through a tool loop", async () => {
  const tools = [{ name: "time", description: "", inputSchema: { type: "object" } }];
  const thinking = { ...request, tools, thinkingTokens: 2000 };
  double.script({
    thinking: "Let me look.",
    text: "One moment.",
    toolCalls: [{ id: "toolu_9", name: "time", input: { zone: "UTC" } }],
  });
  const events = await askModel(model, thinking);
  expect(deltasOf(events, "thinking")).toBe("Let me look.");
  const { text, toolCalls, providerState } = lastOf(events, "done");

  double.script({ text: "Noon." });
  const messages: ModelMessage[] = [
    ...thinking.messages,
    {
      role: "assistant",
      text,
      toolCalls,
      providerState: JSON.parse(JSON.stringify(providerState)),
    },
    {
      role: "tool",
      results: [{ callId: "toolu_9", name: "time", output: "12:00", isError: false }],
    },
  ];
  expect(lastOf(await askModel(model, { ...thinking, messages }), "done").text).toBe("Noon.");
  expect(double.requests.at(-1)?.body.messages[1].content).toEqual([
    { type: "thinking", thinking: "Let me look.", signature: "sig-double" },
    { type: "text", text: "One moment." },
    { type: "tool_use", id: "toolu_9", name: "time", input: { zone: "UTC" } },
  ]);
});

test("understands a stream however the network cuts it", async () => {
  const text = ["Grüße ", "aus 東京 ", "🗼\n\ndata: no event"];
  for (const pieceBytes of [1, 7, 64]) {
    double.script({ text, pieceBytes });
    expect(lastOf(await askModel(model, request), "done").text).toBe(text.join(""));
  }
});

test("hands on what arrived together as one delta", async () => {
  double.script({ text: Array.from({ length: 200 }, (_, index) => `word${index} `) });
  const events = await askModel(model, request);
  expect(events.length).toBeLessThan(20);
  expect(deltasOf(events, "text")).toMatch(/^word0 .* word199 $/);
});

test.each([
  ["ends early and cleanly", { cutAfterEvents: 5, cut: "end" as const }],
  ["is reset", { cutAfterEvents: 5, cut: "reset" as const }],
  ["ends after the stop of its only block", { cutAfterEvents: 6, cut: "end" as const }],
])("calls an answer truncated whose stream %s", async (_case, fault) => {
  double.script({ text: ["some ", "text"], usage: { inputTokens: 33 }, ...fault });
  const { error, usage } = lastOf(await askModel(model, request), "failed");
  expect(error).toMatchObject({ kind: "truncated", retryable: true });
  expect(usage.inputTokens).toBe(33);
});

test.each([
  ["overloaded_error", "overloaded"],
  ["rate_limit_error", "rate-limit"],
  ["api_error", "overloaded"],
  ["timeout_error", "timeout"],
])("classifies the error event %s in the middle of a stream", async (type, kind) => {
  double.script({ text: "some", streamError: { type, message: "sorry" } });
  const events = await askModel(model, request);
  expect(deltasOf(events, "text")).toBe("some");
  expect(lastOf(events, "failed").error.kind).toBe(kind);
});

test("takes an error body with status 200 for the error that it is", async () => {
  double.script({ body: { type: "error", error: { type: "overloaded_error", message: "busy" } } });
  expect(lastOf(await askModel(model, request), "failed").error.kind).toBe("overloaded");
});

test("says what is wrong where a web page answers", async () => {
  double.script({ body: "<html>Welcome to the proxy</html>" });
  const { error } = lastOf(await askModel(model, request), "failed");
  expect(error).toMatchObject({ kind: "invalid", message: expect.stringContaining("base URL") });
});

test("does not take a tool call that was cut off for a whole one", async () => {
  double.script({ toolCalls: [{ name: "time", input: '{"zone":' }], stop: "length" });
  const { stopReason, toolCalls } = lastOf(await askModel(model, request), "done");
  expect(stopReason).toBe("length");
  expect(toolCalls[0]?.input).toBe('{"zone":');
});

test("keeps a connection whose response ends a little after its last event", async () => {
  double.script(...Array.from({ length: 4 }, () => ({ text: "ok", endDelayMs: 10 })));
  await askModel(model, request);
  const before = double.connections();
  for (let call = 0; call < 3; call += 1) await askModel(model, request);
  expect(double.connections() - before).toBe(0);
});

test("does not wait for a response that never ends after its last event", async () => {
  double.script({ text: "ok", cut: "hang" });
  expect(lastOf(await askModel(model, { ...request, timeoutMs: 60_000 }), "done").text).toBe("ok");
});

test("never calls twice by itself", async () => {
  const before = double.requests.length;
  double.script({ status: 529, headers: { "retry-after": "2" } });
  const { error } = lastOf(await askModel(model, request), "failed");
  expect(error).toMatchObject({ kind: "overloaded", status: 529, retryAfterMs: 2000 });
  expect(double.requests.length - before).toBe(1);
});

test("shows its key in no failure, even where the provider repeats it", async () => {
  double.script({
    status: 401,
    body: { error: { type: "authentication_error", message: `bad key ${KEY}` } },
  });
  const { error } = lastOf(await askModel(model, request), "failed");
  expect(error.kind).toBe("auth");
  expect(JSON.stringify(error)).not.toContain("secret");
});

test("cannot reach a closed port", async () => {
  const closed = await createAnthropicDouble();
  await closed.close();
  const lost = createAnthropicModel({ apiKey: KEY, baseUrl: closed.url });
  const { error } = lastOf(await askModel(lost, request), "failed");
  expect(error).toMatchObject({ kind: "network", retryable: true });
});
