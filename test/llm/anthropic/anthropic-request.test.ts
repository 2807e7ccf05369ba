import { describe, expect, test } from "vitest";
import { toAnthropicRequest } from "../../../src/llm/anthropic/anthropic-request.ts";
import type { ModelMessage } from "../../../src/llm/language-model.ts";
import { aRequest } from "../../support/llm/ask-model.ts";

const tool = (name: string) => ({ name, description: "", inputSchema: { type: "object" } });
const user = (text: string): ModelMessage => ({ role: "user", text });
const agent = (text: string): ModelMessage => ({ role: "assistant", text, toolCalls: [] });

/** The texts, tool names and results that carry a cache breakpoint. */
function breakpoints(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(breakpoints);
  if (typeof value !== "object" || value === null) return [];
  const { cache_control, text, name, tool_use_id } = value as Record<string, string>;
  const own = cache_control ? [text ?? name ?? tool_use_id ?? "?"] : [];
  return [...own, ...Object.values(value).flatMap(breakpoints)];
}

describe("cache breakpoints", () => {
  test("stand after the tools, the system text, and the last message the next turn repeats", () => {
    const request = aRequest({
      system: "stable",
      tools: [tool("first"), tool("last")],
      messages: [user("hi"), agent("hello"), user("and now?\nTime: 12:00")],
    });
    expect(breakpoints(toAnthropicRequest(request)).sort()).toEqual(["hello", "last", "stable"]);
  });

  test("also stand after the last tool result in a tool loop, and never more than four", () => {
    const call = (id: string): ModelMessage => ({
      role: "assistant",
      text: "",
      toolCalls: [{ id, name: "last", input: {} }],
    });
    const result = (callId: string): ModelMessage => ({
      role: "tool",
      results: [{ callId, name: "last", output: "1", isError: false }],
    });
    const request = aRequest({
      system: "stable",
      tools: [tool("last")],
      messages: [
        user("hi"),
        agent("hello"),
        user("?"),
        call("a"),
        result("a"),
        call("b"),
        result("b"),
      ],
    });
    const found = breakpoints(toAnthropicRequest(request));
    expect(found.sort()).toEqual(["b", "hello", "last", "stable"]);
  });
});

describe("a request body", () => {
  test("holds no sampling parameter and no empty block", () => {
    const body = toAnthropicRequest(
      aRequest({ system: "", messages: [user("a"), agent(" "), user("b")] }),
    );
    expect(body).not.toHaveProperty("temperature");
    expect(body).not.toHaveProperty("top_p");
    expect(body).not.toHaveProperty("system");
    expect(body.messages.map(({ role }) => role)).toEqual(["user", "user"]);
  });

  test("gives thinking its own tokens on top of the answer's", () => {
    const request = aRequest({
      model: "claude-haiku-4-5",
      maxOutputTokens: 500,
      thinkingTokens: 2000,
    });
    expect(toAnthropicRequest(request)).toMatchObject({
      max_tokens: 2500,
      thinking: { type: "enabled", budget_tokens: 2000 },
    });
  });

  test("carries signed thinking back to the model that signed it, and to no other", () => {
    const thought = { type: "thinking", thinking: "hm", signature: "sig" };
    const used = { type: "tool_use", id: "a", name: "last", input: {} };
    const state = { provider: "anthropic", model: "claude-opus-5-5", content: [thought, used] };
    const messages: ModelMessage[] = [
      user("?"),
      {
        role: "assistant",
        text: "",
        toolCalls: [{ id: "a", name: "last", input: {} }],
        providerState: state,
      },
      { role: "tool", results: [{ callId: "a", name: "last", output: "1", isError: true }] },
    ];
    const same = toAnthropicRequest(aRequest({ model: "claude-opus-5-5", messages }));
    expect(same.messages[1]?.content).toEqual([thought, used]);
    const other = toAnthropicRequest(aRequest({ model: "claude-sonnet-5-5", messages }));
    expect(other.messages[1]?.content).toEqual([used]);
    expect(other.messages[2]?.content).toMatchObject([{ tool_use_id: "a", is_error: true }]);
  });

  test("wraps tool input that never was JSON, because the API takes objects only", () => {
    const toolCalls = [{ id: "a", name: "last", input: "{broken" }];
    const messages: ModelMessage[] = [user("?"), { role: "assistant", text: "so", toolCalls }];
    expect(toAnthropicRequest(aRequest({ messages })).messages[1]?.content).toMatchObject([
      { type: "text", text: "so" },
      { type: "tool_use", input: { arguments: "{broken" } },
    ]);
  });
});

test.each([
  ["claude-3-5-haiku-latest", 0, undefined, undefined],
  ["claude-3-5-haiku-latest", 4000, undefined, undefined],
  ["claude-3-7-sonnet-latest", 500, { type: "enabled", budget_tokens: 1024 }, undefined],
  ["claude-sonnet-4-20250514", 2000, { type: "enabled", budget_tokens: 2000 }, undefined],
  ["claude-haiku-4-5-20251001", 0, undefined, undefined],
  ["claude-opus-4-6", 2000, { type: "adaptive", display: "summarized" }, { effort: "low" }],
  ["claude-opus-4-8", 0, undefined, undefined],
  ["claude-opus-4-8", 8000, { type: "adaptive", display: "summarized" }, { effort: "medium" }],
  ["claude-sonnet-5", 0, { type: "disabled" }, undefined],
  ["claude-sonnet-5-5", 0, { type: "between_tools" }, undefined],
  ["claude-sonnet-5-5", 32_000, { type: "adaptive", display: "summarized" }, { effort: "high" }],
  ["claude-haiku-5-5", 0, { type: "disabled" }, undefined],
  ["claude-opus-5-5", 0, undefined, { effort: "low" }],
  ["claude-fable-5-2", 0, undefined, { effort: "low" }],
])(
  "asks %s to think %i tokens in the way that model takes",
  (model, thinkingTokens, thinking, effort) => {
    const body = toAnthropicRequest(aRequest({ model, thinkingTokens }));
    expect(body.thinking).toEqual(thinking);
    expect(body.output_config).toEqual(effort);
  },
);
