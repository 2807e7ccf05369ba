import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineTool } from "../../../src/tools/tool.ts";
import { type ControlPlane, openControlPlane } from "../../support/control-plane.ts";
import { tone } from "../../support/scripts.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { testSizes } from "../../support/test-database.ts";

let fuseHolds = false;
const fuse = defineTool({
  name: "fuse",
  description: "Works while the fuse holds.",
  input: z.object({}),
  timeoutMs: 1000,
  execute() {
    if (!fuseHolds) throw new Error("the fuse has blown");
    return "bright";
  },
});

const PERFORMANCE = "performance { usageCount successRate }";

describe.each(await testSizes())("success, on $name", (size) => {
  let app: TestApp;
  let door: ControlPlane;
  beforeAll(async () => {
    app = await openTestApp({ size, tools: [fuse] });
    await app.work();
    door = openControlPlane(app.control);
  });
  afterAll(() => app.close());

  /** An agent of its own with a behavior of its own, in a room of the same name. */
  async function agentWith(slug: string) {
    await app.addAgent({ slug, tools: ["fuse"] });
    await app.addBehavior({ name: `${slug}-way`, script: tone(slug), assignTo: slug });
  }
  const ask = (slug: string, text = "do it now please", person = "Ana") =>
    app.ask(slug, person, `@${slug} ${text}`);
  const rate = (turn: string, verdict: "GOOD" | "BAD" | "null", person = "Ben") =>
    door.ask(
      `mutation { rateAnswer(turn: "${turn}", person: "${person}", verdict: ${verdict}) { succeeded } }`,
    );
  /** Successes as the agent, its behavior, the revision and the assignment count them. */
  async function counts(slug: string) {
    const { agent, behavior } = await door.ask<{ agent: Counted; behavior: Counted }>(
      `{ agent(slug: "${slug}") { tasksCompleted successRate consecutiveFailures ${PERFORMANCE}
           assignments { tasksCompleted successRate } }
         behavior(name: "${slug}-way") { usageCount successRate revision { ${PERFORMANCE} } } }`,
    );
    const tasks = agent.tasksCompleted;
    const rates = [
      agent.successRate,
      agent.performance.successRate,
      agent.assignments[0]?.successRate ?? -1,
      behavior.successRate,
      behavior.revision.performance.successRate,
    ].map((rate) => Math.round(rate * tasks));
    expect(behavior.usageCount).toBe(tasks);
    expect(rates).toEqual(rates.map(() => rates[0]));
    return { tasks, successes: rates[0], failuresInARow: agent.consecutiveFailures };
  }

  it("an answered turn counts until someone says otherwise, and again once they take it back", async () => {
    await agentWith("plain");
    const { id, succeeded } = await ask("plain");
    expect(succeeded).toBe(true);
    expect(await counts("plain")).toEqual({ tasks: 1, successes: 1, failuresInARow: 0 });
    expect(await rate(id, "BAD")).toEqual({ rateAnswer: { succeeded: false } });
    expect(await counts("plain")).toEqual({ tasks: 1, successes: 0, failuresInARow: 1 });
    expect(await rate(id, "null")).toEqual({ rateAnswer: { succeeded: true } });
    expect(await counts("plain")).toEqual({ tasks: 1, successes: 1, failuresInARow: 0 });
  });

  it("a verdict that arrives twice, or is changed, is counted once", async () => {
    await agentWith("repeated");
    const { id } = await ask("repeated");
    for (const verdict of ["BAD", "BAD", "BAD"] as const) await rate(id, verdict);
    expect(await counts("repeated")).toMatchObject({ successes: 0 });
    await rate(id, "GOOD");
    await rate(id, "GOOD");
    expect(await counts("repeated")).toMatchObject({ successes: 1 });
    await rate(id, "null");
    expect(await counts("repeated")).toMatchObject({ successes: 1 });
  });

  it("of several people one 👎 that stands is enough, whatever the others do at the same time", async () => {
    await agentWith("crowded");
    const { id } = await ask("crowded");
    const people = ["Ben", "Cem", "Dua", "Eli"];
    await Promise.all(people.map((person) => rate(id, "BAD", person)));
    expect(await counts("crowded")).toMatchObject({ successes: 0 });
    await Promise.all(people.map((person) => rate(id, person === "Cem" ? "BAD" : "null", person)));
    expect(await counts("crowded")).toMatchObject({ successes: 0 });
    await Promise.all([rate(id, "null", "Cem"), rate(id, "BAD", "Dua")]);
    expect(await counts("crowded")).toMatchObject({ successes: 0 });
    await rate(id, "null", "Dua");
    expect(await counts("crowded")).toMatchObject({ successes: 1 });
  });

  it("verdicts on earlier turns while others end leave every counter right", async () => {
    await agentWith("busy");
    const asked: string[] = [];
    for (let round = 0; round < 6; round++) {
      const earlier = asked.map((id, at) => rate(id, (at + round) % 2 === 0 ? "BAD" : "null"));
      const [turn] = await Promise.all([ask("busy", `task number ${round} please`), ...earlier]);
      asked.push(turn.id);
    }
    const turns = await Promise.all(asked.map((id) => app.turn(id)));
    expect(await counts("busy")).toMatchObject({
      tasks: 6,
      successes: turns.filter(({ succeeded }) => succeeded).length,
    });
  });

  it("a row of failures and the last success follow late verdicts", async () => {
    await agentWith("streaky");
    const first = await ask("streaky", "the first task please");
    app.clock.advance(600_000);
    const second = await ask("streaky", "the second task please");
    await rate(second.id, "BAD");
    expect(await counts("streaky")).toMatchObject({ failuresInARow: 1 });
    expect((await app.statisticsOf("streaky")).lastSuccessAt).toEqual(first.finishedAt);
    await rate(first.id, "BAD");
    expect(await counts("streaky")).toMatchObject({ failuresInARow: 2, successes: 0 });
    expect((await app.statisticsOf("streaky")).lastSuccessAt).toBeNull();
    await rate(first.id, "null");
    expect(await counts("streaky")).toMatchObject({ failuresInARow: 1, successes: 1 });
  });

  it("a failed tool the answer needed counts against it, unless a later call of it succeeds", async () => {
    await agentWith("electric");
    const call = (id: string, name = "fuse") => ({ toolCalls: [{ id, name, input: {} }] });
    fuseHolds = false;
    app.model.script(call("a"), { text: "It is dark." });
    const dark = await ask("electric");
    expect(dark).toMatchObject({ status: "done", succeeded: false, flaw: "failed_tool" });
    app.clock.advance(600_000);
    app.model.script(call("b"), call("c"), { text: "It is bright." });
    app.model.respond(() => ({ text: "Done." }));
    const asking = ask("electric", "the second try of it");
    fuseHolds = true;
    expect((await asking).flaw).toBeNull();
    app.model.script(call("d", "no_such_tool"), { text: "Without." });
    expect((await ask("electric", "with a tool of fancy")).succeeded).toBe(true);
    await rate(dark.id, "GOOD");
    expect(await counts("electric")).toEqual({ tasks: 3, successes: 2, failuresInARow: 0 });
  });

  it.each([
    ["refused", "filtered"],
    ["empty", "empty"],
    ["auth", null],
  ] as const)("an answer that ends as %s counts against it", async (fails, flaw) => {
    await agentWith(`fails-${fails}`);
    app.model.script({ fails });
    const turn = await ask(`fails-${fails}`);
    expect(turn).toMatchObject({ status: "failed", succeeded: false, flaw });
    await rate(turn.id, "GOOD");
    expect(await counts(`fails-${fails}`)).toEqual({ tasks: 1, successes: 0, failuresInARow: 1 });
  });

  it("a retry by the person within two minutes counts against the answer before", async () => {
    await agentWith("asked-again");
    const first = await ask("asked-again", "what is the capital of France?");
    app.clock.advance(110_000);
    const second = await ask("asked-again", "What is the capitol of France");
    expect(await app.turn(first.id)).toMatchObject({ succeeded: false, flaw: "retried" });
    expect(second).toMatchObject({ succeeded: true, flaw: null });
    expect(await counts("asked-again")).toEqual({ tasks: 2, successes: 1, failuresInARow: 0 });
  });

  it("no retry: too late, another person, another question, another room", async () => {
    await agentWith("asked-once");
    const question = "what is the capital of France?";
    const turns = [await ask("asked-once", question)];
    app.clock.advance(121_000);
    turns.push(await ask("asked-once", question));
    turns.push(await ask("asked-once", question, "Ben"));
    turns.push(await ask("asked-once", "what is the capital of Spain?"));
    turns.push(await app.ask("asked-elsewhere", "Ana", `@asked-once ${question}`));
    for (const { id } of turns) expect((await app.turn(id)).flaw).toBeNull();
    expect(await counts("asked-once")).toMatchObject({ tasks: 5, successes: 5 });
  });

  it("declined turns do not count, whatever is said of them; nothing to judge is NOT_FOUND", async () => {
    await agentWith("resting");
    await door.ask(`mutation { pauseAgent(slug: "resting") { slug } }`);
    const { id } = await ask("resting");
    await rate(id, "BAD");
    expect((await app.turn(id)).succeeded).toBeNull();
    expect(await counts("resting")).toMatchObject({ tasks: 0 });
    const nobody = "0192d0b8-0000-7000-8000-000000000000";
    await expect(rate(nobody, "BAD")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(rate("'; drop table turn", "BAD")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("a verdict after the behavior was deleted corrects the agent and nothing else", async () => {
    await agentWith("orphan");
    const { id } = await ask("orphan");
    await door.ask(`mutation { unassignBehavior(agent: "orphan") { slug } }`);
    await door.ask(`mutation { deleteBehavior(name: "orphan-way") }`);
    await door.ask(`mutation { updateAgent(slug: "orphan", input: { role: "nobodys" }) { slug } }`);
    await ask("orphan", "without any behavior at all");
    await rate(id, "BAD");
    const { agent } = await door.ask<{ agent: object }>(
      `{ agent(slug: "orphan") { tasksCompleted successRate ${PERFORMANCE} } }`,
    );
    expect(agent).toEqual({
      tasksCompleted: 2,
      successRate: 0.5,
      performance: { usageCount: 1, successRate: 1 },
    });
  });
});

type Performance = { performance: { usageCount: number; successRate: number } };
type Counted = Performance & {
  tasksCompleted: number;
  usageCount: number;
  successRate: number;
  consecutiveFailures: number;
  assignments: { tasksCompleted: number; successRate: number }[];
  revision: Performance;
};
