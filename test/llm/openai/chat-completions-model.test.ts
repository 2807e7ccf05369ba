import { afterAll, beforeAll, expect, test } from "vitest";
import type { LanguageModel } from "../../../src/llm/language-model.ts";
import { createChatCompletionsModel } from "../../../src/llm/openai/chat-completions-model.ts";
import { askModel, aRequest, deltasOf, lastOf } from "../../support/llm/ask-model.ts";
import type { ChatHabit, LlmDouble } from "../../support/llm/llm-double.ts";
import { createOpenAiDouble } from "../../support/llm/openai-double.ts";

const request = aRequest({ model: "meta/llama-4" });
const usage = { inputTokens: 7, outputTokens: 42, cacheReadTokens: 90, cacheWriteTokens: 0 };
const toolCalls = [
  { name: "calculator", input: { expression: "1 + 1" } },
  { name: "time", input: { zone: "UTC" } },
];

let double: LlmDouble;
let model: LanguageModel;
beforeAll(async () => {
  double = await createOpenAiDouble({ needsKey: false });
  model = createChatCompletionsModel({ provider: "local", baseUrl: double.url });
});
afterAll(() => double.close());

const HABITS: [string, ChatHabit[]][] = [
  ["OpenAI", []],
  ["Ollama: whole calls, finish reason stop", ["calls-in-one-piece", "finish-stop"]],
  ["Gemini: calls without ids and indexes", ["no-call-ids", "no-call-index", "finish-stop"]],
  ["OpenRouter: comments between events", ["comments"]],
  ["Groq: usage in x_groq", ["usage-in-x-groq", "calls-in-one-piece"]],
  ["Workers AI: arguments as objects", ["arguments-as-object", "no-call-ids"]],
  ["vLLM behind a proxy: CRLF, no [DONE]", ["crlf", "no-done"]],
  ["no finish reason, only [DONE]", ["no-finish-reason"]],
  ["no streaming at all", ["not-streamed"]],
];

test.each(HABITS)("puts an answer with two tool calls together from %s", async (_name, habits) => {
  double.script({ text: ["On ", "it."], toolCalls, usage, habits });
  const done = lastOf(await askModel(model, request), "done");
  expect(done).toMatchObject({ text: "On it.", stopReason: "tool-calls", usage });
  expect(done.toolCalls.map(({ name, input }) => ({ name, input }))).toEqual(toolCalls);
  expect(new Set(done.toolCalls.map(({ id }) => id)).size).toBe(2);
});

test("reports zeros where an endpoint counts no tokens", async () => {
  double.script({ text: "ok", habits: ["no-usage"] });
  expect(Object.values(lastOf(await askModel(model, request), "done").usage)).toEqual([0, 0, 0, 0]);
});

test("hands reasoning on as thinking", async () => {
  double.script({ thinking: "Hm.", text: "Yes." });
  const events = await askModel(model, request);
  expect(deltasOf(events, "thinking")).toBe("Hm.");
  expect(lastOf(events, "done").text).toBe("Yes.");
});

test("keeps arguments that are not JSON as the string they are", async () => {
  double.script({ toolCalls: [{ name: "calculator", input: "{expression: 1}" }] });
  const { toolCalls: calls } = lastOf(await askModel(model, request), "done");
  expect(calls[0]?.input).toBe("{expression: 1}");
});

test("takes no arguments for an empty object", async () => {
  double.script({ toolCalls: [{ name: "time", input: "" }] });
  expect(lastOf(await askModel(model, request), "done").toolCalls[0]?.input).toEqual({});
});

test("calls a stream truncated that ends without finish reason and [DONE]", async () => {
  double.script({ text: "some", habits: ["no-done", "no-finish-reason"] });
  expect(lastOf(await askModel(model, request), "failed").error.kind).toBe("truncated");
});

test.each([
  [{ error: { message: "Rate limit exceeded", code: 429 } }, "rate-limit"],
  [{ error: "model 'nope' not found" }, "invalid"],
  [{ error: { message: "Provider returned error", code: 502 } }, "overloaded"],
])("reads the error %j that came with status 200", async (body, kind) => {
  double.script({ body });
  expect(lastOf(await askModel(model, request), "failed").error.kind).toBe(kind);
});

test("sends a key only where there is one", async () => {
  double.script({ text: "ok" }, { text: "ok" });
  await askModel(model, request);
  expect(double.requests.at(-1)?.headers).not.toHaveProperty("authorization");
  const keyed = createChatCompletionsModel({
    provider: "groq",
    baseUrl: double.url,
    apiKey: "gsk",
  });
  await askModel(keyed, request);
  expect(double.requests.at(-1)?.headers["authorization"]).toBe("Bearer gsk");
});
