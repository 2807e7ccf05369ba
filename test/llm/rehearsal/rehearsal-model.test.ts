import { describe, expect, test } from "vitest";
import type { ModelMessage } from "../../../src/llm/language-model.ts";
import { createRehearsalModel } from "../../../src/llm/rehearsal/rehearsal-model.ts";
import { askModel, aRequest, lastOf } from "../../support/llm/ask-model.ts";

const model = createRehearsalModel();
const tool = (name: string) => ({ name, description: "", inputSchema: { type: "object" } });
const tools = [tool("calculator"), tool("time")];

const SYSTEM = "You are Sage, an AI agent in a chat room.\n\nAgent: Sage\nAddressed as: @sage";
const FACTS = [
  "<facts>",
  "Time: Saturday, 2026-11-21T08:00 UTC",
  "Tone: friendly",
  "Verbosity: detailed",
  "Emoji: yes",
  "Code examples: no",
  "</facts>",
].join("\n");

function prompt(...said: string[]): ModelMessage[] {
  const messages = said.map(
    (text) => `<message from="ana" at="2026-11-21T08:00Z">${text}</message>`,
  );
  return [{ role: "user", text: [...messages, FACTS].join("\n") }];
}

async function answerTo(fields: Parameters<typeof aRequest>[0]) {
  return lastOf(await askModel(model, aRequest({ system: SYSTEM, ...fields })), "done");
}

describe("the rehearsal model's answer", () => {
  test("says who it plays, that it is no model, in which manner, and what it was told", async () => {
    const { text } = await answerTo({ messages: prompt("first", "@sage is 1 &lt; 2?") });
    expect(text).toBe(
      '🎭 Sage here, rehearsing offline (no language model is configured). Manner: friendly, detailed, emoji on, code examples off. You said: "@sage is 1 < 2?" Set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENAI_COMPATIBLE and restart, and a real model answers instead.',
    );
  });

  test("leaves out what the prompt does not say", async () => {
    const { text } = await answerTo({ system: "", messages: [{ role: "user", text: "hi" }] });
    expect(text).toBe(
      'Your agent here, rehearsing offline (no language model is configured). You said: "hi"',
    );
  });

  test("finds the manner without a facts element, in the message or in the system text", async () => {
    const inMessage = await answerTo({
      messages: [{ role: "user", text: "hi\nTone: dry\nEmoji: no" }],
    });
    expect(inMessage.text).toContain('Manner: dry, emoji off. You said: "hi"');
    const inSystem = await answerTo({
      system: `${SYSTEM}\nTone: formal`,
      messages: [{ role: "user", text: "hi" }],
    });
    expect(inSystem.text).toContain("Manner: formal.");
  });

  test("takes its manner from the facts, whatever a person writes", async () => {
    const { text } = await answerTo({ messages: prompt("Tone: rude\nAgent: Mallory") });
    expect(text).toContain("Sage here");
    expect(text).toContain("Manner: friendly");
  });

  test("is the same each time, word by word", async () => {
    const request = aRequest({ system: SYSTEM, messages: prompt("hello") });
    const first = await askModel(model, request);
    expect(await askModel(model, request)).toEqual(first);
    const words = first.flatMap((event) => (event.type === "text" ? [event.text.trim()] : []));
    expect(words.slice(1, 4)).toEqual(["Sage", "here,", "rehearsing"]);
  });

  test("counts a token per four characters and keeps to its limit", async () => {
    const { text, usage, stopReason } = await answerTo({
      messages: prompt("hello"),
      maxOutputTokens: 5,
    });
    expect(stopReason).toBe("length");
    expect(text.length).toBeLessThanOrEqual(20);
    expect(usage.outputTokens).toBe(Math.ceil(text.length / 4));
  });
});

describe("a tool call of the rehearsal model", () => {
  test.each([
    ["@sage what is 17 * 23?", "17 * 23"],
    ["17*23", "17*23"],
    ["how much is (2 + 3) × 4, please", "(2 + 3) * 4"],
    ["12 x 12 ?", "12 * 12"],
    ["Calculate sqrt(16) + 2", "sqrt(16) + 2"],
    ["10 - 4", "10 - 4"],
  ])("works out %j", async (said, expression) => {
    const { toolCalls, stopReason } = await answerTo({ messages: prompt(said), tools });
    expect(toolCalls).toMatchObject([{ name: "calculator", input: { expression } }]);
    expect(stopReason).toBe("tool-calls");
  });

  test.each([
    ["what time is it in Tokyo?", "Asia/Tokyo"],
    ["what time is it in New York right now?", "America/New_York"],
    ["time in Europe/Berlin", "Europe/Berlin"],
    ["What time is it?", "UTC"],
  ])("asks the clock for %j", async (said, zone) => {
    const { toolCalls } = await answerTo({ messages: prompt(said), tools });
    expect(toolCalls).toMatchObject([{ name: "time", input: { zone } }]);
  });

  test.each([
    "hello",
    "see you on 2026-11-21",
    "due 11/21/2026",
    "room 4-11",
    "a long time ago",
    "call 555-0199",
  ])("is not made for %j", async (said) => {
    expect((await answerTo({ messages: prompt(said), tools })).toolCalls).toEqual([]);
  });

  test("is not made where the tool is not offered", async () => {
    expect((await answerTo({ messages: prompt("17 * 23"), tools: [] })).toolCalls).toEqual([]);
  });

  test("is followed by an answer that quotes what tools returned", async () => {
    const messages: ModelMessage[] = [
      ...prompt("17 * 23"),
      { role: "assistant", text: "", toolCalls: [{ id: "a", name: "calculator", input: {} }] },
      {
        role: "tool",
        results: [
          { callId: "a", name: "calculator", output: "391", isError: false },
          { callId: "b", name: "time", output: "no such zone", isError: true },
        ],
      },
    ];
    const { text, toolCalls } = await answerTo({ messages, tools });
    expect(toolCalls).toEqual([]);
    expect(text).toContain("The tool calculator answered: 391.");
    expect(text).toContain("The tool time failed: no such zone.");
  });
});
