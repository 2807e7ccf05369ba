import { describe, expect, it } from "vitest";
import { behaviorRunOf } from "../support/behavior-run.ts";
import { openBehaviorStage } from "../support/behavior-stage.ts";
import { tone } from "../support/scripts.ts";

// What the design of Lua agent behaviors says besides its functions; those are in lua-agent-behaviors.test.ts.
const { app, door, create } = await openBehaviorStage();

const revise = (name: string, script: string) =>
  door.ask(
    `mutation($script: String!) { reviseBehavior(name: "${name}", script: $script) { name } }`,
    { script },
  );
const facts = () => {
  const last = app.model.requests.at(-1)?.messages.at(-1);
  return last && "text" in last ? last.text : "";
};

describe("agent_behaviors: rules of the fields", () => {
  it("name: unique; a second one is refused and changes nothing", async () => {
    await create("only_one", "solo");
    await expect(create("only_one", "duo", tone("other"))).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(await door.ask(`{ behavior(name: "only_one") { role } }`)).toEqual({
      behavior: { role: "solo" },
    });
  });

  it("lua_script: compiled and run in the sandbox with test contexts before it is stored", async () => {
    const bad = [
      "return {",
      `error("at once")`,
      `return { personality = { tone = context.user_preferences.style } }`,
      "while true do end",
      `return { personality = { tone = "x" }, confidence_threshold = 2 }`,
    ];
    for (const script of bad) {
      await expect(create("unsound", "judge", script)).rejects.toMatchObject({ code: "INVALID" });
    }
    expect(await door.ask(`{ behavior(name: "unsound") { name } }`)).toEqual({ behavior: null });
  });

  it("status: active unless it says otherwise", async () => {
    await create("ready", "starter");
    expect(await door.ask(`{ behavior(name: "ready") { status } }`)).toEqual({
      behavior: { status: "ACTIVE" },
    });
  });

  it("parent_behavior_id, evolution_notes: a child names its parent and why it was made", async () => {
    await create("ancestor", "family", tone("a"), ", draft: true");
    await create(
      "child",
      "family",
      tone("b"),
      `, draft: true, parent: "ancestor", evolutionNotes: "warmer"`,
    );
    await create("grandchild", "family", tone("c"), `, draft: true, parent: "child"`);
    const fields = "evolutionNotes parent { name } lineage { name } children { name }";
    expect(await door.ask(`{ behavior(name: "child") { ${fields} } }`)).toEqual({
      behavior: {
        evolutionNotes: "warmer",
        parent: { name: "ancestor" },
        lineage: [{ name: "ancestor" }],
        children: [{ name: "grandchild" }],
      },
    });
  });
});

describe("the return format", () => {
  it("every field of it reaches the turn: the prompt's facts, the tools and the journal", async () => {
    await create(
      "complete",
      "witness",
      `return { personality = { tone = "formal", verbosity = "detailed", emoji_use = true, code_examples = true },
         tools = { "time" }, confidence_threshold = 0.85, ask_human_below = 0.25,
         response_template = "Let me look.", reasoning = "because", applied_rules = { "one", "two" } }`,
    );
    await app.addAgent({ slug: "scribe", role: "witness", tools: ["calculator", "time"] });
    app.model.script({ text: "Hello.\n<confidence>0.9</confidence>" });
    const turn = await app.ask("scribe", "Ana", "@scribe hello");
    for (const said of [
      "Tone: formal",
      "Verbosity: detailed",
      "Emoji: yes",
      "Code examples: yes",
      "Let me look.",
      "0.85",
      "0.25",
    ]) {
      expect(facts()).toContain(said);
    }
    expect(app.model.requests.at(-1)?.tools.map(({ name }) => name)).toEqual(["time"]);
    expect((await behaviorRunOf(app, turn.id)).config).toMatchObject({
      reasoning: "because",
      appliedRules: ["one", "two"],
      confidenceThreshold: 0.85,
      askHumanBelow: 0.25,
    });
  });
});

describe("the questions of the design", () => {
  it("role-specific or task-specific: one behavior of a role decides by the task", async () => {
    await create(
      "by_task",
      "hybrid",
      `return { personality = { tone = context.task_type == "calculation" and "exact" or "easy" } }`,
    );
    await app.addAgent({ slug: "mixed", role: "hybrid" });
    await app.ask("mixed", "Ana", "@mixed what is 3 * 4");
    expect(facts()).toContain("Tone: exact");
    await app.ask("mixed", "Ana", "@mixed good evening to you");
    expect(facts()).toContain("Tone: easy");
  });

  it("user preferences: different people get different personalities", async () => {
    await create(
      "personal",
      "host",
      `return { personality = { tone = context.user_preferences.style or "plain" } }`,
    );
    await app.addAgent({ slug: "butler", role: "host" });
    await door.ask(
      `mutation { setPreferences(input: { room: "console:hall", person: "Ben", style: "formal" }) { name } }`,
    );
    await app.ask("hall", "Ben", "@butler the door please");
    expect(facts()).toContain("Tone: formal");
    await app.ask("hall", "Ana", "@butler the coat please");
    expect(facts()).toContain("Tone: plain");
  });

  it("caching: a change counts with the next turn, in every process; nobody waits five minutes", async () => {
    const other = await app.join();
    await create("cached", "sleeper");
    await app.addAgent({ slug: "owl", role: "sleeper" });
    await app.ask("owl", "Ana", "@owl the first thing");
    expect(facts()).toContain("Tone: cached");
    await revise("cached", tone("fresh"));
    for (const one of [app, other]) {
      const { turnIds } = await one.say("owl", "Ana", "@owl another thing entirely");
      await app.untilTurnEnds(turnIds[0] ?? "");
    }
    expect(facts()).toContain("Tone: fresh");
  });

  it("tool execution is not exposed to Lua: a script configures and cannot call", async () => {
    const script = `for _, name in ipairs({ "io", "require", "load", "dofile", "tools", "calculator", "debug" }) do
        if _G[name] ~= nil then error(name .. " is there") end
      end
      for _, tool in ipairs(context.available_tools) do
        if type(tool) ~= "string" then error("a tool is no name") end
      end
      return { personality = { tone = "harmless" } }`;
    await create("curious", "explorer", script);
    await app.addAgent({ slug: "scout", role: "explorer", tools: ["calculator", "time"] });
    const turn = await app.ask("scout", "Ana", "@scout look around");
    expect((await behaviorRunOf(app, turn.id)).outcome).toBe("ok");
  });

  it("migration path, coexistence: a role without any behavior works with the default", async () => {
    await app.addAgent({ slug: "plain-one", role: "never_heard_of" });
    const turn = await app.ask("plain-one", "Ana", "@plain-one hello there");
    expect(turn.status).toBe("done");
    expect((await behaviorRunOf(app, turn.id)).outcome).toBe("default");
  });

  it("A/B testing: two behaviors of a role are counted apart", async () => {
    for (const name of ["code_developer_friendly_v1", "code_developer_formal_v1"]) {
      await create(name, "tester", tone(name), ", draft: true");
      await app.addAgent({ slug: name.replaceAll("_", "-"), role: "tester" });
      await door.ask(
        `mutation { assignBehavior(agent: "${name.replaceAll("_", "-")}", behavior: "${name}", reason: A_B_TEST) { slug } }`,
      );
    }
    const friendly = await app.ask("ab", "Ana", "@code-developer-friendly-v1 please help");
    await app.ask("ab", "Ana", "@code-developer-formal-v1 please help");
    await door.ask(
      `mutation { rateAnswer(turn: "${friendly.id}", person: "Ana", verdict: BAD) { succeeded } }`,
    );
    const { behaviors } = await door.ask<{ behaviors: object[] }>(
      `{ behaviors(role: "tester") { name usageCount successRate } }`,
    );
    expect(behaviors).toEqual([
      { name: "code_developer_formal_v1", usageCount: 1, successRate: 1 },
      { name: "code_developer_friendly_v1", usageCount: 1, successRate: 0 },
    ]);
  });
});
