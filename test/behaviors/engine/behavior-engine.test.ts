import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EXAMPLE_CONTEXT } from "../../../src/behaviors/engine/behavior-context.ts";
import {
  type BehaviorEngine,
  type BehaviorRun,
  createBehaviorEngine,
} from "../../../src/behaviors/engine/behavior-engine.ts";
import { Behavior } from "../../../src/behaviors/behavior.ts";
import { newId } from "../../../src/base/ids.ts";
import { createLuaSandbox, type LuaSandbox } from "../../../src/lua/sandbox.ts";
import { addBehavior } from "../../support/add-behavior.ts";
import { createRecordedLog } from "../../support/recorded-log.ts";
import { quickSize, type TestDatabase } from "../../support/test-database.ts";
import { type WatchedSql, watchSql } from "../../support/watched-sql.ts";

type BehaviorRef = NonNullable<BehaviorRun["behavior"]>;

let database: TestDatabase;
let sandbox: LuaSandbox;
let sql: WatchedSql;
let engine: BehaviorEngine;
const log = createRecordedLog();
beforeAll(async () => {
  database = await (await quickSize()).open();
  sandbox = await createLuaSandbox();
});
afterAll(() => database.drop());
beforeEach(() => {
  sql = watchSql(database.db.sql);
  engine = createBehaviorEngine({ sql, sandbox, log });
  log.lines.length = 0;
});

let behaviors = 0;
async function store(script: string): Promise<BehaviorRef> {
  const name = `behavior_${behaviors++}`;
  const { id, currentRevisionId } = await addBehavior(
    { em: database.db.em, sandbox },
    { name, script },
  );
  return { id, name, revisionId: currentRevisionId ?? newId() };
}

const options = { knownTools: ["calculator", "time", ...EXAMPLE_CONTEXT.availableTools], nowMs: 0 };
const run = (behavior: BehaviorRef | null) => engine.run(behavior, EXAMPLE_CONTEXT, options);
const errorOf = async ({ id }: BehaviorRef) =>
  (await database.db.em().findOneOrFail(Behavior, id)).lastError;

describe("the behavior engine", () => {
  it("answers with what the script decided", async () => {
    const behavior = await store(
      `return { personality = { tone = context.urgency }, shoe_size = 43 }`,
    );
    expect(await run(behavior)).toMatchObject({
      outcome: "ok",
      behavior,
      config: { personality: { tone: "normal" }, tools: EXAMPLE_CONTEXT.availableTools },
      fuel: expect.any(Number),
      warnings: ["unknown field shoe_size"],
    });
    expect(await errorOf(behavior)).toBeNull();
  });

  it("answers with the default where there is no behavior, without a question to the database", async () => {
    expect(await run(null)).toMatchObject({
      outcome: "default",
      behavior: null,
      config: { personality: { tone: "neutral" }, tools: EXAMPLE_CONTEXT.availableTools },
    });
    expect(sql.statements).toEqual([]);
  });

  it("reads and compiles a revision once", async () => {
    const behavior = await store(`return { personality = { tone = "x" } }`);
    await run(behavior);
    await run(behavior);
    expect(sql.statements).toEqual(["load_behavior_script"]);
  });

  it("starts every run afresh", async () => {
    const script = `n = (n or 0) + 1; context.seen = n
      return { personality = { tone = "run " .. n } }`;
    const behavior = await store(script);
    expect((await run(behavior)).config.personality.tone).toBe("run 1");
    expect((await run(behavior)).config.personality.tone).toBe("run 1");
  });

  it.each([
    ["error", `error("no luck")`, /^error \(line 2\): behavior_\d+:2: no luck$/],
    ["error", `local x = nil; return x.y`, /^error \(line 2\): /],
    ["timeout", `while true do end`, /^timeout.*: /],
    ["memory", `local s = "x" while true do s = s .. s end`, /^memory.*: /],
    ["bad-result", `return 42`, /^bad-result: the result must be a table/],
    ["bad-result", `return { personality = { tone = "" } }`, /personality\.tone must be/],
    [
      "bad-result",
      `return { personality = { tone = "x" }, ask_human_below = 2 }`,
      /ask_human_below/,
    ],
  ])("notes a fault of kind %s on the behavior: %s", async (outcome, script, noted) => {
    const behavior = await store(script);
    const result = await run(behavior);
    expect(result).toMatchObject({
      outcome,
      behavior,
      config: { personality: { tone: "neutral" }, tools: EXAMPLE_CONTEXT.availableTools },
      warnings: [],
    });
    expect(await errorOf(behavior)).toMatch(noted);
    expect(log.lines).toMatchObject([
      { level: "warn", fields: { behavior: behavior.name, outcome }, message: "behavior failed" },
    ]);
  });

  it("survives a revision that is gone", async () => {
    const behavior = { ...(await store(`return {}`)), revisionId: newId() };
    expect(await run(behavior)).toMatchObject({
      outcome: "rejected",
      message: "the revision no longer exists",
    });
  });

  it("answers with the default though the fault cannot be stored", async () => {
    const behavior = await store(`error("no luck")`);
    sql.hook((name) => {
      if (name === "note_behavior_fault") throw new Error("the database is away");
    });
    expect((await run(behavior)).outcome).toBe("error");
    expect(log.lines.at(-1)).toMatchObject({ level: "error" });
  });

  it("lets a failing script harm no other", async () => {
    const bad = await store(`while true do end`);
    const good = await store(`return { personality = { tone = "calm" } }`);
    for (let round = 0; round < 5; round++) {
      await run(bad);
      expect((await run(good)).config.personality.tone).toBe("calm");
    }
  });
});
