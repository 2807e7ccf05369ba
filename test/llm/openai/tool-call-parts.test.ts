import { expect, test } from "vitest";
import { createToolCallParts, type ToolCallPart } from "../../../src/llm/openai/tool-call-parts.ts";

function assemble(...parts: ToolCallPart[]) {
  const calls = createToolCallParts();
  for (const part of parts) calls.add(part);
  return calls.toCalls(true).map(({ name, input }) => ({ name, input }));
}

const one = { name: "a", input: { x: 1 } };
const two = { name: "b", input: { y: 2 } };

test("parts of two calls may come mixed", () => {
  const calls = assemble(
    { index: 0, id: "1", function: { name: "a", arguments: '{"x"' } },
    { index: 1, id: "2", function: { name: "b", arguments: '{"y"' } },
    { index: 0, function: { arguments: ":1}" } },
    { index: 1, function: { arguments: ":2}" } },
  );
  expect(calls).toEqual([one, two]);
});

test("an id may be repeated with every part, and a name too", () => {
  const calls = assemble(
    { index: 0, id: "1", function: { name: "a", arguments: '{"x"' } },
    { index: 0, id: "1", function: { name: "a", arguments: ":1}" } },
  );
  expect(calls).toEqual([one]);
});

test("an id may come late", () => {
  const calls = assemble(
    { index: 0, function: { name: "a" } },
    { index: 0, id: "1", function: { arguments: '{"x":1}' } },
  );
  expect(calls).toEqual([one]);
});

test("two calls may both be numbered 0, with ids or without", () => {
  const named = (name: string, args: string, id?: string): ToolCallPart => ({
    index: 0,
    ...(id === undefined ? {} : { id }),
    function: { name, arguments: args },
  });
  expect(assemble(named("a", '{"x":1}', "1"), named("b", '{"y":2}', "2"))).toEqual([one, two]);
  expect(assemble(named("a", '{"x":1}'), named("b", '{"y":2}'))).toEqual([one, two]);
});

test("a call without an id gets one of its own", () => {
  const parts = createToolCallParts();
  parts.add({ function: { name: "a", arguments: "{}" } });
  parts.add({ function: { name: "a", arguments: "{}" } });
  const [first, second] = parts.toCalls(true);
  expect(first?.id).toMatch(/./);
  expect(first?.id).not.toBe(second?.id);
});
