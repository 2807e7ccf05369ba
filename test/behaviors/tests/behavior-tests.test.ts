import { beforeAll, describe, expect, it } from "vitest";
import { parseBehaviorTests } from "../../../src/behaviors/tests/behavior-test.ts";
import { runBehaviorTests } from "../../../src/behaviors/tests/run-behavior-tests.ts";
import { createLuaSandbox, type LuaSandbox } from "../../../src/lua/sandbox.ts";

let sandbox: LuaSandbox;
beforeAll(async () => {
  sandbox = await createLuaSandbox();
});

const SCRIPT = `if context.task_type == "burn" then while true do end end
  if context.task_type == "fail" then error("no such luck") end
  if context.task_type == "mute" then return { personality = {} } end
  return { personality = { tone = context.role, emoji_use = true },
    tools = { "calculator", "time" }, confidence_threshold = 0.1 + 0.2,
    reasoning = "because of " .. context.task_type }`;

function run(...tests: object[]) {
  const named = tests.map((test, at) => ({ name: `test ${at + 1}`, ...test }));
  const tested = { name: "tried", role: "poet", script: SCRIPT };
  return runBehaviorTests({ sandbox }, tested, parseBehaviorTests(named));
}
const problemsOf = (test: object) => run(test)[0]?.problems;

describe("behavior tests", () => {
  it("expect only what they name; the rest may be anything", () => {
    expect(run({}, { expect: { personality: { emoji_use: true } } })).toEqual([
      { name: "test 1", ok: true, problems: [] },
      { name: "test 2", ok: true, problems: [] },
    ]);
  });

  it("run in the contract's example, with the behavior's own role, unless the context says otherwise", () => {
    expect(problemsOf({ expect: { personality: { tone: "poet" } } })).toEqual([]);
    const context = { role: "dancer", task_type: "planning" };
    const expects = { personality: { tone: "dancer" }, reasoning: "because of planning" };
    expect(problemsOf({ context, expect: expects })).toEqual([]);
    expect(problemsOf({ expect: { reasoning: "because of code_review" } })).toEqual([]);
  });

  it.each([
    [{ confidence_threshold: 0.3, ask_human_below: 0 }, []],
    [{ confidence_threshold: { min: 0.3, max: 0.3 } }, []],
    [{ confidence_threshold: 0.4 }, ["confidence_threshold is 0.30000000000000004, not 0.4"]],
    [
      { ask_human_below: { min: 0.2, max: 0.9 } },
      ["ask_human_below is 0, not at least 0.2 and at most 0.9"],
    ],
    [{ tools: { contains: "time", excludes: ["vault"], count: 2 } }, []],
    [{ tools: ["calculator", "time"], applied_rules: [] }, []],
    [
      { tools: ["time", "calculator"] },
      ['tools is ["calculator", "time"], not ["time", "calculator"]'],
    ],
    [
      { tools: { contains: "vault", excludes: "time", count: { max: 1 } } },
      [
        'tools is ["calculator", "time"], without "vault"',
        'tools is ["calculator", "time"], with "time"',
        "the count of tools is 2, not at most 1",
      ],
    ],
    [{ response_template: null, reasoning: { contains: ["because", "of"], excludes: "not" } }, []],
    [{ reasoning: null }, ['reasoning is "because of code_review", not empty']],
    [
      { personality: { verbosity: { one_of: ["concise", "detailed"] } } },
      ['personality.verbosity is "normal", not one of "concise", "detailed"'],
    ],
    [{ personality: { code_examples: true } }, ["personality.code_examples is false, not true"]],
  ])("%j", (expects, problems) => {
    expect(problemsOf({ expect: expects })).toEqual(problems);
  });

  it.each([
    [{ context: { task_type: "burn" }, outcome: "timeout" }, []],
    [{ context: { task_type: "fail" }, outcome: "error", message: "such luck" }, []],
    [{ context: { task_type: "mute" }, outcome: "bad-result", message: ["personality.tone"] }, []],
    [
      { context: { task_type: "fail" } },
      [expect.stringMatching(/^the run ends as error: .*no such luck.*, not as ok$/)],
    ],
    [{ outcome: "memory" }, ["the run ends as ok, not as memory"]],
  ])("the outcome of a run: %j", (test, problems) => {
    expect(problemsOf(test)).toEqual(problems);
  });

  it("of a script that does not compile fail one by one, with the reason", () => {
    const [result] = runBehaviorTests(
      { sandbox },
      { name: "torn", role: "poet", script: "return {" },
      parseBehaviorTests([{ name: "any" }]),
    );
    expect(result).toMatchObject({ ok: false });
    expect(result?.problems[0]).toMatch(/^the run ends as rejected: .*, not as ok$/);
  });

  it.each([
    [null, /tests: /],
    [7, /tests: /],
    [{ tests: {} }, /tests: /],
    [[{}], /tests\.0\.name: /],
    [[{ name: "a", context: { mood: "x" } }], /tests\.0\.context: .*"mood"/],
    [[{ name: "a", context: { time_of_day: "noon" } }], /tests\.0\.context\.time_of_day: /],
    [[{ name: "a", expect: { tone: "x" } }], /tests\.0\.expect: .*"tone"/],
    [[{ name: "a", expect: { ask_human_below: {} } }], /tests\.0\.expect\.ask_human_below: /],
    [[{ name: "a", outcome: "explodes" }], /tests\.0\.outcome: /],
    [[{ name: "a", outcome: "error", expect: { tools: [] } }], /no result to expect/],
    [[{ name: "a" }, { name: "a" }], /Two behavior tests are named "a"/],
    [Array.from({ length: 201 }, (_, at) => ({ name: `${at}` })), /tests: /],
  ])("that cannot be read are refused with the place: %j", (value, message) => {
    expect(() => parseBehaviorTests(value)).toThrow(message);
  });
});
