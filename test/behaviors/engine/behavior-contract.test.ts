import { describe, expect, it } from "vitest";
import {
  defaultBehaviorConfig,
  parseBehaviorConfig,
} from "../../../src/behaviors/engine/behavior-contract.ts";
import type { LuaValue } from "../../../src/lua/lua-value.ts";

const known = { tools: ["calculator", "clock"], available: ["clock"] };
const personality = { tone: "friendly" };

describe("a behavior's result", () => {
  it("may state everything", () => {
    const value = {
      personality: { tone: "formal", verbosity: "detailed", emoji_use: true, code_examples: true },
      tools: ["calculator"],
      confidence_threshold: 0.9,
      ask_human_below: 0.6,
      response_template: "Hello!\n",
      reasoning: "because",
      applied_rules: ["one", "two"],
    };
    expect(parseBehaviorConfig(value, known)).toEqual({
      ok: true,
      warnings: [],
      config: {
        personality: { tone: "formal", verbosity: "detailed", emojiUse: true, codeExamples: true },
        tools: ["calculator"],
        confidenceThreshold: 0.9,
        askHumanBelow: 0.6,
        responseTemplate: "Hello!\n",
        reasoning: "because",
        appliedRules: ["one", "two"],
      },
    });
  });

  it("may state the tone alone: the rest changes nothing", () => {
    expect(parseBehaviorConfig({ personality }, known)).toEqual({
      ok: true,
      warnings: [],
      config: {
        personality: { ...personality, verbosity: "normal", emojiUse: false, codeExamples: false },
        tools: ["clock"],
        confidenceThreshold: 0.8,
        askHumanBelow: 0,
        responseTemplate: "",
        reasoning: "",
        appliedRules: [],
      },
    });
  });

  it("keeps unknown tools, for the caller to drop, and warns about them and unknown fields", () => {
    const value = { personality: { ...personality, mood: "x" }, tools: ["drill"], extra: 1 };
    expect(parseBehaviorConfig(value, known)).toMatchObject({
      config: { tools: ["drill"] },
      warnings: ["unknown field extra", "unknown field personality.mood", "unknown tool drill"],
    });
  });

  it("may take all tools away with an empty list", () => {
    expect(parseBehaviorConfig({ personality, tools: [] }, known)).toMatchObject({
      config: { tools: [] },
    });
  });

  it.each<[string, LuaValue, RegExp]>([
    ["nothing", null, /^the result must be a table with named fields, not nil$/u],
    ["a text", "friendly", /^the result must be .* not "friendly"$/u],
    ["a list", ["x"], /^the result must be .* not a list$/u],
    ["no personality", {}, /^personality must be a table/u],
    ["a personality in one word", { personality: "formal" }, /^personality must be a table/u],
    ["no tone", { personality: [] }, /^personality\.tone must be a text of 1 to 64/u],
    ["a blank tone", { personality: { tone: " " } }, /^personality\.tone/u],
    ["a tone of 65 characters", { personality: { tone: "x".repeat(65) } }, /^personality\.tone/u],
    ["a numeric tone", { personality: { tone: 7 } }, /^personality\.tone must be a text, not 7$/u],
    [
      "a verbosity of its own",
      { personality: { ...personality, verbosity: "endless" } },
      /^personality\.verbosity must be one of "concise", "normal", "detailed", not "endless"$/u,
    ],
    [
      "emoji as a text",
      { personality: { ...personality, emoji_use: "yes" } },
      /emoji_use must be/u,
    ],
    ["tools as a text", { personality, tools: "all" }, /^tools must be a list of texts/u],
    ["a table of tools", { personality, tools: { "1": "a" } }, /^tools must be a list of texts/u],
    ["a number among the tools", { personality, tools: ["a", 7] }, /^tools .* holds 7$/u],
    ["a threshold above 1", { personality, confidence_threshold: 42 }, /from 0 to 1, not 42$/u],
    ["a threshold below 0", { personality, ask_human_below: -0.1 }, /^ask_human_below must be/u],
    ["a threshold as a text", { personality, confidence_threshold: "high" }, /not "high"$/u],
    ["a template as a number", { personality, response_template: 7 }, /^response_template must/u],
    ["rules as a text", { personality, applied_rules: "one" }, /^applied_rules must be a list/u],
  ])("is refused with the field's name when it has %s", (_, value, message) => {
    const parsed = parseBehaviorConfig(value, known);
    expect(parsed).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });

  it("is not fooled by names every JavaScript object has", () => {
    const value = { personality, constructor: { prototype: {} }, toString: "x" } as LuaValue;
    expect(parseBehaviorConfig(value, known)).toMatchObject({
      ok: true,
      warnings: ["unknown field constructor", "unknown field toString"],
    });
  });
});

describe("the default config", () => {
  it("is neutral, says so and grants the role's tools", () => {
    expect(defaultBehaviorConfig(["clock"])).toEqual({
      personality: { tone: "neutral", verbosity: "normal", emojiUse: false, codeExamples: false },
      tools: ["clock"],
      confidenceThreshold: 0.8,
      askHumanBelow: 0,
      responseTemplate: "Processing task...",
      reasoning: "Default hardcoded behavior",
      appliedRules: [],
    });
  });
});
