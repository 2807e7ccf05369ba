import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Behavior } from "../../src/behaviors/behavior.ts";
import type { BehaviorRun } from "../../src/behaviors/engine/behavior-engine.ts";
import type { TurnStep } from "../../src/turns/journal/turn-step.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  await app.work();
});
afterAll(() => app.close());

/** Asks an agent of this slug, made with this behavior script. */
async function askWith(slug: string, script: string, text = "hello") {
  await app.addAgent({ slug });
  await app.addBehavior({ name: slug, script, assignTo: slug });
  const turn = await app.ask(slug, "Ana", `@${slug} ${text}`);
  const [step] = await app.stepsOf(turn.id, "behave");
  return { turn, step, run: runOf(step) };
}

function runOf(step: TurnStep | undefined): BehaviorRun {
  return (step as { output: { run: BehaviorRun } }).output.run;
}

const facts = () => {
  const last = app.model.requests.at(-1)?.messages.at(-1);
  return last?.role === "user" ? last.text : "";
};

describe("a behavior that decides the manner of an answer", () => {
  it("shapes the facts of the prompt", async () => {
    app.model.script({ text: "Aye. <confidence>0.9</confidence>" });
    const { run, turn } = await askWith(
      "shaper",
      `return { personality = { tone = "stern", verbosity = "concise", emoji_use = true, code_examples = true },
         response_template = "Hear, hear.", confidence_threshold = 0.9, ask_human_below = 0.4 }`,
    );
    expect(run).toMatchObject({ outcome: "ok", behavior: { name: "shaper" } });
    expect(facts()).toContain(
      `Tone: stern
Verbosity: concise
Emoji: yes
Code examples: yes
Opening, to be adapted to the answer or left out where it does not fit:
"""
Hear, hear.
"""
End your answer with how sure you are that it is right, on a line of its own: <confidence>0.0 to 1.0</confidence>. The room does not see that line; below 0.4 a person is asked before the answer is posted.
Act on your own only where your confidence is at least 0.9.`,
    );
    expect(turn.behaviorRevision?.id).toBe(run.behavior?.revisionId);
  });

  it("narrows the tools", async () => {
    await askWith("narrow", `return { personality = { tone = "x" }, tools = { "time" } }`);
    expect(app.model.requests.at(-1)?.tools.map(({ name }) => name)).toEqual(["time"]);
  });

  it("may take all tools away", async () => {
    await askWith("toolless", `return { personality = { tone = "x" }, tools = {} }`);
    expect(app.model.requests.at(-1)?.tools).toEqual([]);
  });

  it("never grants a tool the agent may not use or nobody knows, and the journal notes both", async () => {
    await app.addAgent({ slug: "greedy", tools: ["time"] });
    await app.addBehavior({
      name: "greedy",
      script: `return { personality = { tone = "x" }, tools = { "calculator", "shell", "time" } }`,
      assignTo: "greedy",
    });
    const turn = await app.ask("greedy", "Ana", "@greedy hello");
    expect(app.model.requests.at(-1)?.tools.map(({ name }) => name)).toEqual(["time"]);
    const [step] = await app.stepsOf(turn.id, "behave");
    expect(step?.output).toMatchObject({
      refusedTools: ["calculator", "shell"],
      run: { warnings: ["unknown tool shell"] },
    });
  });

  it("knows the person, the task, the agent's record and the time there", async () => {
    const { messageId } = await app.say("knows", "Mia", "@nobody first");
    const person = await app.changePerson(messageId, {
      preferences: { style: "formal", verbosity: "concise" },
      timeZone: "America/New_York",
    });
    await app.addAgent({ slug: "witness" });
    await app.addBehavior({
      name: "witness",
      assignTo: "witness",
      script: `local c = context
        return { personality = { tone = "x" }, reasoning = table.concat({ c.agent_id, c.role, c.task_type,
          c.urgency, c.user_id, c.user_preferences.style, c.user_preferences.verbosity, c.time_of_day,
          c.cycles_completed, c.success_rate, c.recent_failures, table.concat(c.available_tools, "+"),
          c.task_description }, "|") }`,
    });
    app.clock.set("2026-03-11T00:00:00Z"); // 20:00 of the day before in New York
    const turn = await app.ask("knows", "Mia", "@witness urgent: refactor this please");
    const [step] = await app.stepsOf(turn.id, "behave");
    expect(runOf(step).config.reasoning).toBe(
      `witness|generalist|refactoring|high|${person.id}|formal|concise|evening|0|1|0|calculator+time|@witness urgent: refactor this please`,
    );
    expect(facts()).toContain("Time: Tuesday, 2026-03-10T20:00 America/New_York");
    expect(facts()).toContain("Preferences of Mia: style formal, verbosity concise");
  });

  it("is used from the next turn on after it was changed", async () => {
    await askWith("changing", `return { personality = { tone = "before" } }`);
    await app.addBehavior({
      name: "changing",
      script: `return { personality = { tone = "after" } }`,
    });
    await app.ask("changing", "Ana", "@changing hello");
    expect(facts()).toContain("Tone: after");
  });
});

describe("which behavior applies", () => {
  it("the assigned one goes before the role's active one, which goes before none", async () => {
    const role = "reviewer";
    await app.addAgent({ slug: "reviewer", role });
    await app.ask("which", "Ana", "@reviewer one");
    expect(facts()).toContain("Tone: neutral");
    await app.addBehavior({
      name: "aaa_of_role",
      role,
      script: `return { personality = { tone = "of-the-role" } }`,
    });
    await app.ask("which", "Ana", "@reviewer two");
    expect(facts()).toContain("Tone: of-the-role");
    await app.addBehavior({
      name: "zzz_assigned",
      assignTo: "reviewer",
      script: `return { personality = { tone = "assigned" } }`,
    });
    await app.ask("which", "Ana", "@reviewer three");
    expect(facts()).toContain("Tone: assigned");
  });

  it("a retired behavior of the role does not apply", async () => {
    const role = "retiree";
    await app.addAgent({ slug: "retiree", role });
    const { id } = await app.addBehavior({
      name: "retired",
      role,
      script: `return { personality = { tone = "retired" } }`,
    });
    await app.db.em().nativeUpdate(Behavior, id, { status: "retired" });
    await app.ask("retired", "Ana", "@retiree hello");
    expect(facts()).toContain("Tone: neutral");
  });
});

describe("a behavior that cannot be used", () => {
  it.each([
    ["raises an error", "failing", `error("no luck")`, "error", /failing:2: no luck/],
    ["loops for ever", "looping", `while true do end`, "timeout", /./],
    ["fills the memory", "hoarding", `local s = "x" while true do s = s .. s end`, "memory", /./],
    ["returns nothing", "silent", `local x = 1`, "bad-result", /personality|result/],
    ["returns nonsense", "nonsense", `return { personality = { tone = 7 } }`, "bad-result", /tone/],
  ])("because it %s leaves the default manner", async (_why, slug, script, outcome, message) => {
    const { turn, step, run } = await askWith(slug, script);
    expect(turn.status).toBe("done");
    expect(step).toMatchObject({ name: slug, status: "failed" });
    expect(run.outcome).toBe(outcome);
    expect(run.message).toMatch(message);
    expect(run.config).toMatchObject({
      personality: { tone: "neutral", verbosity: "normal" },
      tools: ["calculator", "time"],
      reasoning: "Default hardcoded behavior",
    });
    expect(facts()).toContain("Tone: neutral");
    const behavior = await app.db.em().findOneOrFail(Behavior, { name: slug });
    expect(behavior.lastError).toMatch(new RegExp(`^${outcome}.*: `));
    expect(behavior.lastErrorAt).toBeInstanceOf(Date);
  });

  it("is shown as past once a later run was good, until it fails again", async () => {
    const script = `if context.urgency == "high" then error("no hurry") end return { personality = { tone = "calm" } }`;
    const slug = "moody";
    const errorOf = async () => {
      const found = await app.db.em().findOneOrFail(Behavior, { name: slug });
      return [found.lastError?.slice(-8), found.lastErrorPast];
    };
    await askWith(slug, script);
    expect(await errorOf()).toEqual([undefined, false]);
    await app.ask(slug, "Ana", "@moody urgent, now!");
    expect(await errorOf()).toEqual(["no hurry", false]);
    await app.ask(slug, "Ana", "@moody when you like");
    expect(await errorOf()).toEqual(["no hurry", true]);
    app.sql.statements.length = 0;
    await app.ask(slug, "Ana", "@moody and again");
    expect(app.sql.statements).not.toContain("note_behavior_recovery");
    await app.ask(slug, "Ana", "@moody urgent, now!!");
    expect(await errorOf()).toEqual(["no hurry", false]);
  });

  it("keeps its last good script when the newest one does not compile", async () => {
    await askWith("typo", `return { personality = { tone = "good" } }`);
    await app.addBehavior({ name: "typo", script: "return {{{" });
    await app.ask("typo", "Ana", "@typo hello");
    expect(facts()).toContain("Tone: good");
    // A good run of the old script does not mend the new one.
    const { lastError, lastErrorPast } = await app.db
      .em()
      .findOneOrFail(Behavior, { name: "typo" });
    expect([lastError?.slice(0, 8), lastErrorPast]).toEqual(["rejected", false]);
  });

  it("is not chosen where no script of it ever compiled", async () => {
    const { run } = await askWith("never", "return {{{");
    expect(run).toMatchObject({ outcome: "default", behavior: null });
  });
});

describe("a person's time zone", () => {
  it.each(["Mars/Olympus_Mons", "", "Europe/Berlin; drop table person", "\u{1F30D}"])(
    "that the system does not know counts as UTC and breaks no turn: %j",
    async (timeZone) => {
      const { messageId } = await app.say("zones", "Zoe", "good morning everybody");
      await app.changePerson(messageId, { timeZone });
      const turn = await app.ask("zones", "Zoe", "@sage what time is it for me?");
      expect(turn.status).toBe("done");
      expect(facts()).toMatch(/^Time: \w+, [\d-]+T[\d:]+ UTC$/m);
    },
  );
});
