import { beforeAll, describe, expect, it } from "vitest";
import { EXAMPLE_CONTEXT, toLuaContext } from "../../src/behaviors/engine/behavior-context.ts";
import { behaviorRunOf } from "../support/behavior-run.ts";
import { openBehaviorStage } from "../support/behavior-stage.ts";
import { tone } from "../support/scripts.ts";

// Each test is named after a rule of the design of Lua agent behaviors.
const { app, door, create } = await openBehaviorStage();

const look = async (name: string, fields: string) =>
  (
    await door.ask<{ behavior: Record<string, unknown> }>(
      `{ behavior(name: "${name}") { ${fields} } }`,
    )
  ).behavior;

async function ask(slug: string) {
  const turn = await app.ask(slug, "Ana", `@${slug} hello`);
  return behaviorRunOf(app, turn.id);
}

async function askTone(slug: string): Promise<unknown> {
  return (await ask(slug)).config.personality;
}

describe("agent_behaviors: the fields", () => {
  it("a new behavior has the defaults of the design", async () => {
    await create("plain", "dancer", tone("x"), ", draft: true");
    const fields =
      "name description role createdBy usageCount successRate avgResponseTimeMs parent { name } evolutionNotes revision { number script }";
    expect(await look("plain", fields)).toEqual({
      name: "plain",
      description: "",
      role: "dancer",
      createdBy: "ola",
      usageCount: 0,
      successRate: 1,
      avgResponseTimeMs: 0,
      parent: null,
      evolutionNotes: null,
      revision: { number: 1, script: tone("x") },
    });
  });

  it("version: every edit of the script raises it", async () => {
    await create("versioned", "dancer", tone("x"), ", draft: true");
    await door.ask(
      `mutation($script: String!) { reviseBehavior(name: "versioned", script: $script) { name } }`,
      { script: tone("y") },
    );
    expect(await look("versioned", "revision { number }")).toEqual({ revision: { number: 2 } });
  });

  it("usage_count, success_rate, avg_response_time_ms: of the behavior and of each revision", async () => {
    await create("measured", "runner");
    for (const slug of ["sprinter", "hurdler"]) await app.addAgent({ slug, role: "runner" });
    const run = async (slug: string, ms: number, fails: boolean) => {
      app.model.respond(() => {
        app.clock.advance(ms);
        return fails ? { fails: "auth" } : { text: "Done." };
      });
      await app.ask(slug, "Ana", `@${slug} go`);
    };
    await run("sprinter", 100, false);
    await run("hurdler", 300, true);
    await door.ask(
      `mutation($script: String!) { reviseBehavior(name: "measured", script: $script) { name } }`,
      { script: tone("faster") },
    );
    await run("sprinter", 500, false);
    const performance = "performance { usageCount successRate avgResponseTimeMs }";
    expect(
      await look(
        "measured",
        `usageCount successRate avgResponseTimeMs revisions { number ${performance} }`,
      ),
    ).toEqual({
      usageCount: 3,
      successRate: 2 / 3,
      avgResponseTimeMs: 300,
      revisions: [
        { number: 2, performance: { usageCount: 1, successRate: 1, avgResponseTimeMs: 500 } },
        { number: 1, performance: { usageCount: 2, successRate: 0.5, avgResponseTimeMs: 200 } },
      ],
    });
    app.model.respond(() => ({ text: "Done." }));
  });

  it("usage_count: turns that are declined do not count", async () => {
    await create("unasked", "sleeper");
    await app.addAgent({ slug: "dozing", role: "sleeper" });
    await door.ask(`mutation { pauseAgent(slug: "dozing") { slug } }`);
    const turn = await app.ask("dozing", "Ana", "@dozing hello");
    expect(turn).toMatchObject({ status: "declined", succeeded: null });
    expect(await look("unasked", "usageCount")).toEqual({ usageCount: 0 });
  });
});

describe("get_behavior_for_task: assigned, then the role's active one, then the default", () => {
  beforeAll(async () => {
    await create("role_manner", "singer");
    await create("own_manner", "singer", tone("own_manner"), ", draft: true");
    await app.addAgent({ slug: "alto", role: "singer" });
  });

  it("the role's active behavior applies to an agent without one of its own", async () => {
    expect(await askTone("alto")).toMatchObject({ tone: "role_manner" });
  });

  it("the assigned behavior goes before the role's", async () => {
    await door.ask(`mutation { assignBehavior(agent: "alto", behavior: "own_manner") { slug } }`);
    expect(await askTone("alto")).toMatchObject({ tone: "own_manner" });
    await door.ask(`mutation { unassignBehavior(agent: "alto") { slug } }`);
  });

  it("status: a retired behavior applies no more, and the default does", async () => {
    await door.ask(`mutation { retireBehavior(name: "role_manner") { name } }`);
    expect(await ask("alto")).toMatchObject({
      outcome: "default",
      config: {
        personality: { tone: "neutral", verbosity: "normal" },
        tools: [],
        confidenceThreshold: 0.8,
        responseTemplate: "Processing task...",
        reasoning: "Default hardcoded behavior",
      },
    });
  });

  it("status: a draft never applies by role", async () => {
    await create("sketch", "painter", tone("sketch"), ", draft: true");
    await app.addAgent({ slug: "easel", role: "painter" });
    expect((await ask("easel")).outcome).toBe("default");
    await door.ask(`mutation { activateBehavior(name: "sketch") { name } }`);
    expect(await askTone("easel")).toMatchObject({ tone: "sketch" });
  });

  it("status: a file may begin as a draft, and its next version leaves the status alone", async () => {
    const file = (script: string) =>
      app.addBehavior({
        name: "from_file",
        role: "sculptor",
        script: `-- @status draft\n${script}`,
      });
    expect((await file(tone("x"))).status).toBe("draft");
    await door.ask(`mutation { activateBehavior(name: "from_file") { name } }`);
    expect((await file(tone("y"))).status).toBe("active");
  });

  it("a script that fails leaves the default, and the reason is on the behavior", async () => {
    const script = `if context.agent_id == "tenor" then error("off key") end ${tone("x")}`;
    await create("off_key", "opera", script);
    await app.addAgent({ slug: "tenor", role: "opera" });
    expect(await ask("tenor")).toMatchObject({
      outcome: "error",
      config: { reasoning: "Default hardcoded behavior" },
    });
    expect(await look("off_key", "lastError")).toEqual({
      lastError: expect.stringMatching(/^error \(line 1\): .*off key$/),
    });
  });
});

describe("the loader", () => {
  it("get_behavior/1 and get_behaviors_by_role/1: one by name, those of a role by name", async () => {
    await create("b_side", "drummer");
    await create("a_side", "drummer");
    expect(await look("a_side", "name")).toEqual({ name: "a_side" });
    expect(await look("no_side", "name")).toBeNull();
    expect(await door.ask(`{ behaviors(role: "drummer") { name } }`)).toEqual({
      behaviors: [{ name: "a_side" }, { name: "b_side" }],
    });
    await door.ask(`mutation { retireBehavior(name: "b_side") { name } }`);
    expect(await door.ask(`{ behaviors(role: "drummer", status: ACTIVE) { name } }`)).toEqual({
      behaviors: [{ name: "a_side" }],
    });
  });
});

describe("tools", () => {
  it("may be narrowed; one that a script adds is never granted, and the journal says so", async () => {
    await create(
      "greedy",
      "thief",
      `return { personality = { tone = "x" }, tools = { "time", "vault" } }`,
    );
    await app.addAgent({ slug: "magpie", role: "thief", tools: ["calculator"] });
    const turn = await app.ask("magpie", "Ana", "@magpie take it");
    const [step] = await app.stepsOf(turn.id, "behave");
    expect(step?.output).toMatchObject({ refusedTools: ["time", "vault"] });
    expect(app.model.requests.at(-1)?.tools).toEqual([]);
  });
});

describe("the input context", () => {
  it("has every field of the design, with real values, in a turn", async () => {
    const fields = Object.keys(toLuaContext(EXAMPLE_CONTEXT));
    const script = `local seen = {}
      for _, name in ipairs({ ${fields.map((name) => `"${name}"`).join(", ")} }) do
        if context[name] ~= nil then seen[#seen + 1] = name end
      end
      return { personality = { tone = context.task_type .. "/" .. context.urgency .. "/" .. context.time_of_day },
        applied_rules = seen, reasoning = context.role .. " " .. context.agent_id }`;
    await create("witness", "observer", script);
    await app.addAgent({ slug: "eye", role: "observer" });
    app.clock.set("2026-03-10T20:00:00Z");
    const turn = await app.ask("eye", "Ana", "@eye urgent: review this code");
    const [step] = await app.stepsOf(turn.id, "behave");
    expect(step?.output).toMatchObject({
      run: {
        config: {
          personality: { tone: "code_review/high/evening" },
          appliedRules: fields,
          reasoning: "observer eye",
        },
      },
    });
  });
});
