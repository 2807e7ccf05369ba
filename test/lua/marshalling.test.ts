import * as fc from "../support/fast-check.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { LuaInput, LuaValue } from "../../src/lua/lua-value.ts";
import { createLuaSandbox, type LuaSandbox } from "../../src/lua/sandbox.ts";
import { runLua, valueOf } from "../support/run-lua.ts";

let sandbox: LuaSandbox;
beforeAll(async () => {
  sandbox = await createLuaSandbox();
});

const { value: plainValue } = fc.letrec<{ value: LuaInput }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(
      fc.string({ unit: "binary", maxLength: 20 }).filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 6, noNullPrototype: true },
    ),
  ),
}));

describe("plain data", () => {
  it("comes back from Lua as it went in; only an empty object is an empty list", () => {
    fc.assert(
      fc.property(plainValue, (value) => {
        expect(valueOf(sandbox, "return context.value", { value })).toEqual(normalize(value));
      }),
      { numRuns: 500 },
    );
  });

  it("arrives with integers as integers and fractions as floats", () => {
    const context = { integer: 3, fraction: 0.5, large: 2 ** 60 };
    const source =
      "return {math.type(context.integer), math.type(context.fraction), math.type(context.large)}";
    expect(valueOf(sandbox, source, context)).toEqual(["integer", "float", "float"]);
  });

  it("leaves out null and undefined and closes up lists", () => {
    const context = { a: null, b: undefined, list: [1, null, 2] };
    expect(
      valueOf(sandbox, "return {context.a == nil, context.b == nil, #context.list}", context),
    ).toEqual([true, true, 2]);
  });

  it("may hold texts with NUL characters and of hundreds of kilobytes", () => {
    expect(valueOf(sandbox, "return #context.text", { text: "a\0b" })).toBe(3);
    expect(valueOf(sandbox, "return #context.text", { text: "x".repeat(200_000) })).toBe(200_000);
  });
});

describe("a context that is not plain bounded data", () => {
  const deep = (levels: number): LuaInput => (levels === 0 ? 1 : { a: deep(levels - 1) });
  const cyclic: Record<string, LuaInput> = {};
  cyclic["self"] = cyclic;

  it.each<[string, unknown, RegExp]>([
    ["a function", { f: () => 1 }, /function/u],
    ["a bigint", { n: 1n }, /bigint/u],
    ["a date", { at: new Date(0) }, /not plain/u],
    ["itself", cyclic, /nested too deeply/u],
    ["20 levels", deep(20), /nested too deeply/u],
    ["10,000 values", Array.from({ length: 10_000 }, () => 1), /too many values/u],
    ["a text of 1 MB", { text: "x".repeat(1_000_000) }, /too long/u],
    ["2 MB in all", Array.from({ length: 20 }, () => "x".repeat(100_000)), /too large/u],
  ])("is refused: %s", (_, context, message) => {
    const run = runLua(sandbox, "return 1", context as LuaInput);
    expect(run).toMatchObject({ outcome: "error", message: expect.stringMatching(message) });
    expect(valueOf(sandbox, "return 1")).toBe(1);
  });
});

function normalize(value: LuaInput): LuaValue {
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value === "number") return Object.is(value, -0) ? 0 : value;
  if (typeof value === "string" || typeof value === "boolean") return value;
  const entries = Object.entries(value ?? {}).map(([key, item]) => [key, normalize(item)]);
  return entries.length === 0 ? [] : (Object.fromEntries(entries) as LuaValue);
}
