import { assert as assertLaw, integer, property } from "../support/fast-check.ts";
import { describe, expect, test } from "vitest";
import { createAnthropicModel } from "../../src/llm/anthropic/anthropic-model.ts";
import { defaultModel } from "../../src/llm/default-model.ts";
import { createPrices } from "../../src/llm/prices.ts";
import { createAnthropicDouble } from "../support/llm/anthropic-double.ts";
import { askModel, aRequest, lastOf } from "../support/llm/ask-model.ts";

const tokens = (
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens = 0,
  cacheWriteTokens = 0,
) => ({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
});
const prices = createPrices();

describe("recorded usage", () => {
  test.each([
    // $2 in, $10 out, $0.20 read, $2.50 written, per million
    ["anthropic/claude-sonnet-5-5", tokens(1000, 500), 7_000n],
    ["anthropic/claude-sonnet-5-5", tokens(12, 204, 18_400, 960), 8_144n],
    // $1.25 in, $10 out, $0.125 read
    ["openai/gpt-5", tokens(576, 380, 9_600), 5_720n],
    // $5 in, $25 out, without a price of its own for long context
    ["anthropic/claude-opus-4-8", tokens(250_000, 100), 1_252_500n],
    // $2.50 in, $0.25 read, $15 out; twice, twice and one and a half times that above 271,999 tokens of input
    ["openai/gpt-5.4", tokens(1000, 1000, 270_999), 85_250n],
    ["openai/gpt-5.4", tokens(1001, 1000, 270_999), 163_005n],
  ])("of %s %j costs %s micro-dollars", (reference, usage, micros) => {
    expect(prices.costMicros(reference, usage)).toBe(micros);
  });

  test("of a whole call through the adapter is priced with its cached tokens", async () => {
    await using stack = new AsyncDisposableStack();
    const double = stack.adopt(await createAnthropicDouble(), (opened) => opened.close());
    double.script({
      text: "ok",
      usage: { inputTokens: 12, outputTokens: 204, cacheReadTokens: 18_400, cacheWriteTokens: 960 },
    });
    const model = createAnthropicModel({ apiKey: "key", baseUrl: double.url });
    const { usage } = lastOf(
      await askModel(model, aRequest({ model: "claude-sonnet-5-5" })),
      "done",
    );
    expect(prices.costMicros("anthropic/claude-sonnet-5-5", usage)).toBe(8_144n);
  });
});

test("an unknown model or provider has no price", () => {
  expect(prices.costMicros("anthropic/claude-99", tokens(1, 1))).toBeUndefined();
  expect(prices.costMicros("nobody/gpt-5", tokens(1, 1))).toBeUndefined();
  expect(prices.costMicros("openai/omni-moderation-latest", tokens(1, 1))).toBeUndefined();
});

test("the rehearsal model costs nothing", () => {
  expect(prices.costMicros("rehearsal/echo", tokens(1000, 1000))).toBe(0n);
});

test("every default model has a price", () => {
  const key = { apiKey: "key" };
  for (const config of [{ anthropic: key, openai: key }, { openai: key }, {}]) {
    expect(prices.costMicros(defaultModel(config), tokens(1, 1))).toBeTypeOf("bigint");
  }
});

test("a compatible endpoint is priced by its name, else by its address", () => {
  const usage = tokens(1_000_000, 0);
  const baseUrl = "https://api.groq.com/openai/v1";
  const compatible = [{ name: "fast", baseUrl }];
  const byName = prices.costMicros("groq/llama-3.3-70b-versatile", usage);
  expect(byName).toBe(590_000n);
  expect(prices.costMicros("fast/llama-3.3-70b-versatile", usage)).toBeUndefined();
  expect(createPrices({ compatible }).costMicros("fast/llama-3.3-70b-versatile", usage)).toBe(
    byName,
  );
});

test("an override wins, and cached tokens without a price cost what input costs", () => {
  const overridden = createPrices({
    overrides: {
      "openai/gpt-5": { inputPerMillion: 1, outputPerMillion: 2 },
      "ollama/llama": { inputPerMillion: 0, outputPerMillion: 0 },
      "x/y": {
        inputPerMillion: 1,
        outputPerMillion: 2,
        cacheReadPerMillion: 0.1,
        cacheWritePerMillion: 3,
      },
    },
  });
  expect(overridden.costMicros("openai/gpt-5", tokens(10, 10, 10, 10))).toBe(50n);
  expect(overridden.costMicros("ollama/llama", tokens(10, 10))).toBe(0n);
  expect(overridden.costMicros("x/y", tokens(10, 10, 10, 10))).toBe(61n);
});

test("a price that changes on a date changes on that date", () => {
  let now = Date.parse("2025-06-01");
  const dated = createPrices({ clock: { now: () => now } });
  const before = dated.costMicros("openai/o3", tokens(1_000_000, 0));
  now = Date.parse("2025-07-01");
  expect(before).toBe(10_000_000n);
  expect(dated.costMicros("openai/o3", tokens(1_000_000, 0))).toBe(2_000_000n);
});

test("a cost is the exact sum, rounded up to the next micro-dollar", () => {
  const figure = integer({ min: 0, max: 10_000_000 });
  const rate = integer({ min: 0, max: 200_000 });
  assertLaw(
    property(figure, figure, figure, rate, rate, rate, (input, output, read, a, b, c) => {
      const overrides = {
        "x/y": {
          inputPerMillion: a / 1000,
          outputPerMillion: b / 1000,
          cacheReadPerMillion: c / 1000,
        },
      };
      const milli =
        BigInt(input) * BigInt(a) + BigInt(output) * BigInt(b) + BigInt(read) * BigInt(c);
      const cost = createPrices({ overrides }).costMicros("x/y", tokens(input, output, read));
      expect(cost).toBe((milli + 999n) / 1000n);
    }),
  );
});
