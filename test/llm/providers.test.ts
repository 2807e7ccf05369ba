import { describe, expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { defaultModel } from "../../src/llm/default-model.ts";
import { createModelProviders } from "../../src/llm/providers.ts";
import { createAnthropicDouble } from "../support/llm/anthropic-double.ts";
import { askModel, aRequest, lastOf } from "../support/llm/ask-model.ts";

const ollama = { name: "ollama", baseUrl: "http://127.0.0.1:11434/v1" };
const groq = { name: "groq", baseUrl: "https://api.groq.com/openai/v1", apiKeyEnv: "GROQ_API_KEY" };
const providers = createModelProviders({ compatible: [ollama, groq] });

function errorOf(reference: string): { code: string; message: string } {
  try {
    providers.get(reference);
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message };
  }
  throw new Error(`${reference} was accepted`);
}

test("a reference is a provider and whatever follows the first slash", () => {
  const { model, name } = providers.get("ollama/library/llama4:70b");
  expect(model.provider).toBe("ollama");
  expect(name).toBe("library/llama4:70b");
});

test.each(["", "claude", "/echo", "rehearsal/"])("%j is no reference", (reference) => {
  expect(errorOf(reference)).toMatchObject({
    code: "INVALID",
    message: expect.stringContaining("provider/model"),
  });
});

test.each([
  ["anthropic/claude-sonnet-5-5", "ANTHROPIC_API_KEY"],
  ["openai/gpt-6-sol", "OPENAI_API_KEY"],
  ["groq/llama", "GROQ_API_KEY"],
])("%s is unavailable, and the error says that %s is missing", (reference, variable) => {
  const { code, message } = errorOf(reference);
  expect(code).toBe("UNAVAILABLE");
  expect(message).toContain(variable);
});

test("an unknown provider is named with those that are known", () => {
  const { code, message } = errorOf("mistral/large");
  expect(code).toBe("INVALID");
  expect(message).toMatch(
    /mistral\/large.*anthropic, openai, ollama, groq, rehearsal.*OPENAI_COMPATIBLE/,
  );
});

test("every provider is listed with what it lacks", () => {
  expect(providers.list()).toEqual([
    { provider: "anthropic", available: false, reason: "set ANTHROPIC_API_KEY" },
    { provider: "openai", available: false, reason: "set OPENAI_API_KEY" },
    { provider: "ollama", available: true },
    { provider: "groq", available: false, reason: "set GROQ_API_KEY" },
    { provider: "rehearsal", available: true },
  ]);
});

test("a provider's model retries", async () => {
  await using stack = new AsyncDisposableStack();
  const double = stack.adopt(await createAnthropicDouble(), (opened) => opened.close());
  double.script({ status: 529 }, { text: "ok" });
  const anthropic = { apiKey: "key", baseUrl: double.url };
  const config = { anthropic, compatible: [] };
  const withoutWaiting = createModelProviders(config, { sleep: async () => {} });
  const { model, name } = withoutWaiting.get("anthropic/claude-sonnet-5-5");
  expect(lastOf(await askModel(model, aRequest({ model: name })), "done").text).toBe("ok");
  expect(double.requests).toHaveLength(2);
});

describe("the default model", () => {
  const key = { apiKey: "key" };
  test.each([
    [{ anthropic: key, openai: key }, /^anthropic\//],
    [{ openai: key }, /^openai\//],
    [{}, /^rehearsal\/echo$/],
  ])("of %j is %s", (config, expected) => {
    expect(defaultModel(config)).toMatch(expected);
  });
});
