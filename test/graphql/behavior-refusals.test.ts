import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BehaviorRevision } from "../../src/behaviors/behavior-revision.ts";
import { Behavior } from "../../src/behaviors/behavior.ts";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let door: ControlPlane;

beforeAll(async () => {
  app = await openTestApp();
  door = openControlPlane(app.control);
  await create({ name: "good", script: tone("good") });
});
afterAll(() => app.close());

const create = (input: object) =>
  door.ask(`mutation($input: CreateBehaviorInput!) { createBehavior(input: $input) { name } }`, {
    input: { role: "mentor", ...input },
  });

const revise = (script: string) =>
  door.ask(
    `mutation($script: String!) { reviseBehavior(name: "good", script: $script) { name } }`,
    {
      script,
    },
  );

async function stored(): Promise<[behaviors: number, revisions: number]> {
  const em = app.db.em();
  return [await em.count(Behavior), await em.count(BehaviorRevision)];
}

const MANNER = "personality = { tone = 'x' }";

/** Scripts that must not be stored, with what the refusal says. */
const UNSOUND: [what: string, script: string, says: RegExp][] = [
  [
    "a syntax error",
    "local a = 1\nreturn { a = }",
    /line 2, column 14: unexpected symbol near '}'/,
  ],
  ["an error of its own", "error('no')", /line 1: no/],
  ["a missing global", "return nope.x", /line 1, column 8: attempt to index a nil value/],
  ["no result", "local a = 1", /the result must be a table with named fields, not nil/],
  ["no tone", "return { personality = {} }", /personality\.tone must be a text of 1 to 64/],
  [
    "a wrong field",
    `return { ${MANNER}, tools = 'all' }`,
    /tools must be a list of texts, not "all"/,
  ],
  ["an endless loop", "while true do end", /more work than one run may do/],
  ["a memory bomb", "local s = 'x' while true do s = s .. s end", /more memory than it may have/],
  [
    "1 MB of source",
    `--${"x".repeat(1_048_576)}\n${tone("x")}`,
    /has 10\d{5} bytes, the limit is 65536/,
  ],
  [
    "a result of 10 MB",
    `local long, rules = string.rep('x', 250 * 1024), {}
     for i = 1, 40 do rules[i] = long end
     return { ${MANNER}, applied_rules = rules }`,
    /more than 65536 bytes of text/,
  ],
  ["a cycle", "local t = {} t.t = t return t", /contains itself/],
  ["a function", `return { ${MANNER}, tools = { string.rep } }`, /function/],
  ["NaN", `return { ${MANNER}, confidence_threshold = 0 / 0 }`, /NaN/],
  ["text that is not UTF-8", "return { personality = { tone = '\\xff\\xfe' } }", /not UTF-8/],
  ["compiled bytecode", "\u001BLua", /bytecode/],
  [
    "trust in preferences that people may not have",
    "return { personality = { tone = context.user_preferences.style:lower() } }",
    /\(a person without preferences\)/,
  ],
  [
    "trust in tools that agents may not have",
    `return { ${MANNER}, tools = { context.available_tools[1]:lower() } }`,
    /\(no tools\)/,
  ],
  [
    "a slip that only shows in the evening",
    `if context.time_of_day == 'evening' then return nil end return { ${MANNER} }`,
    /not nil \(evening, low urgency\)/,
  ],
];

describe("a script that is not sound", () => {
  it.each(UNSOUND)("is refused when it has %s, and nothing is stored", async (_, script, says) => {
    const before = await stored();
    const message = expect.stringMatching(says);
    await expect(create({ name: "bad", script })).rejects.toMatchObject({
      code: "INVALID",
      message,
    });
    await expect(revise(script)).rejects.toMatchObject({ code: "INVALID", message });
    expect(await stored()).toEqual(before);
  });

  it.each(UNSOUND)("fails its validation when it has %s", async (_, script) => {
    const { validateBehavior } = await door.ask<{ validateBehavior: { ok: boolean } }>(
      `query($script: String!) { validateBehavior(script: $script) { ok problems { message } } }`,
      { script },
    );
    expect(validateBehavior).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringMatching(/./) }],
    });
  });
});

describe("a behavior", () => {
  it.each([
    ["name", { name: "Not A Name" }, /name must have lower-case letters/],
    ["role", { name: "bad", role: "No Role" }, /role must have lower-case letters/],
    ["description", { name: "bad", description: "x".repeat(2001) }, /description/],
    ["notes", { name: "bad", evolutionNotes: "x".repeat(10_001) }, /evolutionNotes/],
  ])("with a bad %s is refused by that name", async (_, input, says) => {
    await expect(create({ script: tone("x"), ...input })).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringMatching(says),
    });
  });

  it("with a name in use is a conflict", async () => {
    await expect(create({ name: "good", script: tone("x") })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining('"good" already'),
    });
  });

  it("made from one that does not exist is not found", async () => {
    const input = { name: "orphan", script: tone("x"), parent: "nobody" };
    await expect(create(input)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it.each([
    `reviseBehavior(name: "nobody", script: "return {}") { name }`,
    `rollbackBehavior(name: "nobody", to: 1) { name }`,
    `updateBehavior(name: "nobody", input: {}) { name }`,
    `retireBehavior(name: "nobody") { name }`,
    `restoreBehavior(name: "nobody") { name }`,
    `deleteBehavior(name: "nobody")`,
  ])("that nobody knows is not found: %s", async (call) => {
    await expect(door.ask(`mutation { ${call} }`)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining('"nobody"'),
    });
  });
});
