import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgentStatistics } from "../../src/agents/agent-statistics.ts";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

// Each test is named after the function of the agent registry's design that it stands for.
let app: TestApp;
let door: ControlPlane;

beforeAll(async () => {
  app = await openTestApp();
  await app.work();
  door = openControlPlane(app.control);
  await app.addBehavior({ name: "friendly", script: tone("friendly") });
  await app.addBehavior({ name: "formal", script: tone("formal") });
});
afterAll(() => app.close());

const register = (slug: string, more = "") =>
  door.ask(
    `mutation { createAgent(input: { slug: "${slug}", name: "${slug}", systemPrompt: "You help." ${more} }) { slug } }`,
  );

const look = async (slug: string, fields: string) =>
  (await door.ask<{ agent: Record<string, unknown> }>(`{ agent(slug: "${slug}") { ${fields} } }`))
    .agent;

const assign = (agent: string, behavior: string, more = "") =>
  door.ask<{ assignBehavior: object }>(
    `mutation { assignBehavior(agent: "${agent}", behavior: "${behavior}" ${more}) { behavior { name } } }`,
  );

/** One task that ends well or badly, after `ms` on the clock. */
async function work(slug: string, ends: "well" | "badly", ms = 100) {
  app.model.respond(() => {
    app.clock.advance(ms);
    return ends === "well" ? { text: "Done." } : { fails: "auth" };
  });
  return app.ask(slug, "Ana", `@${slug} please`);
}

describe("the agent registry", () => {
  it("register_agent: keeps who it is, its role, its name and who made it", async () => {
    await register("agent-001", `, role: "code_developer"`);
    expect(await look("agent-001", "slug role name createdBy status behavior { name }")).toEqual({
      slug: "agent-001",
      role: "code_developer",
      name: "agent-001",
      createdBy: "ola",
      status: "ACTIVE",
      behavior: null,
    });
  });

  it("register_agent: one that is registered already is refused", async () => {
    await register("agent-002");
    await expect(register("agent-002")).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("register_agent: with a behavior it begins its history, or is not registered at all", async () => {
    await register("agent-003", `, behavior: "friendly"`);
    expect(
      await look("agent-003", "behavior { name } assignments { behaviorName reason }"),
    ).toEqual({
      behavior: { name: "friendly" },
      assignments: [{ behaviorName: "friendly", reason: "MANUAL" }],
    });
    await expect(register("agent-004", `, behavior: "nope"`)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await look("agent-004", "slug")).toBeNull();
  });

  it("register_agent: starts without tasks and with a success rate of 1", async () => {
    await register("agent-005");
    const fields =
      "tasksCompleted successRate avgResponseTimeMs cyclesCompleted consecutiveFailures lastTaskAt lastSuccessAt lastFailureAt";
    expect(await look("agent-005", fields)).toEqual({
      tasksCompleted: 0,
      successRate: 1,
      avgResponseTimeMs: 0,
      cyclesCompleted: 0,
      consecutiveFailures: 0,
      lastTaskAt: null,
      lastSuccessAt: null,
      lastFailureAt: null,
    });
  });

  it("unregister_agent: marks it as stopped and keeps its history", async () => {
    await register("agent-006", `, behavior: "friendly"`);
    await door.ask(`mutation { stopAgent(slug: "agent-006") { status } }`);
    expect(await look("agent-006", "status assignments { behaviorName }")).toEqual({
      status: "STOPPED",
      assignments: [{ behaviorName: "friendly" }],
    });
  });

  it("get_by_agent_id: answers null for nobody", async () => {
    expect(await look("nobody", "slug")).toBeNull();
  });

  it("get_agent_behavior: answers the assigned behavior with its revision, or null", async () => {
    await register("agent-007");
    expect(await look("agent-007", "behavior { name revision }")).toEqual({ behavior: null });
    await assign("agent-007", "formal");
    expect(await look("agent-007", "behavior { name revision }")).toEqual({
      behavior: { name: "formal", revision: 1 },
    });
  });

  it("record_task: counts a success and a failure, with their times and the cycles", async () => {
    await register("agent-008");
    app.clock.set("2026-03-10T11:00:00Z");
    await work("agent-008", "well", 200);
    await work("agent-008", "badly", 400);
    const fields =
      "tasksCompleted cyclesCompleted successRate consecutiveFailures avgResponseTimeMs lastTaskAt lastSuccessAt lastFailureAt";
    expect(await look("agent-008", fields)).toEqual({
      tasksCompleted: 2,
      cyclesCompleted: 2,
      successRate: 0.5,
      consecutiveFailures: 1,
      avgResponseTimeMs: 300,
      lastTaskAt: "2026-03-10T11:00:00.600Z",
      lastSuccessAt: "2026-03-10T11:00:00.200Z",
      lastFailureAt: "2026-03-10T11:00:00.600Z",
    });
  });

  it("record_task: a success ends a row of failures", async () => {
    await register("agent-009");
    for (const ends of ["badly", "badly", "badly"] as const) await work("agent-009", ends);
    expect(await look("agent-009", "consecutiveFailures")).toEqual({ consecutiveFailures: 3 });
    await work("agent-009", "well");
    expect(await look("agent-009", "consecutiveFailures")).toEqual({ consecutiveFailures: 0 });
  });

  it("record_task: a clock that goes backwards neither breaks nor mends a row of failures", async () => {
    await register("agent-010");
    app.clock.set("2026-03-10T12:00:00Z");
    await work("agent-010", "badly");
    app.clock.set("2026-03-09T12:00:00Z");
    await work("agent-010", "badly");
    expect(await look("agent-010", "consecutiveFailures tasksCompleted")).toEqual({
      consecutiveFailures: 2,
      tasksCompleted: 2,
    });
    await work("agent-010", "well");
    app.clock.set("2026-03-08T12:00:00Z");
    await work("agent-010", "badly");
    expect(await look("agent-010", "consecutiveFailures successRate")).toEqual({
      consecutiveFailures: 1,
      successRate: 0.25,
    });
  });

  it("calculate_new_success_rate: is the share of successes, whatever their order", async () => {
    await register("agent-011");
    for (const ends of ["well", "badly", "well", "well"] as const) await work("agent-011", ends);
    expect(await look("agent-011", "successRate")).toEqual({ successRate: 0.75 });
  });

  it("update_stats: percentiles of response times come with the counts", async () => {
    await register("agent-012");
    for (const ms of [100, 100, 100, 3000]) await work("agent-012", "well", ms);
    const { performance } = (await look(
      "agent-012",
      "performance { usageCount successRate avgResponseTimeMs p50ResponseTimeMs p95ResponseTimeMs }",
    )) as { performance: Record<string, number> };
    expect(performance).toMatchObject({ usageCount: 4, successRate: 1, avgResponseTimeMs: 825 });
    expect(Math.abs((performance["p50ResponseTimeMs"] ?? 0) / 100 - 1)).toBeLessThan(0.2);
    expect(Math.abs((performance["p95ResponseTimeMs"] ?? 0) / 3000 - 1)).toBeLessThan(0.2);
  });

  it("list_active_agents: leaves paused and stopped ones out", async () => {
    for (const slug of ["live", "resting", "gone"]) await register(slug, `, role: "lister"`);
    await door.ask(
      `mutation { pauseAgent(slug: "resting") { slug } stopAgent(slug: "gone") { slug } }`,
    );
    const { agents } = await door.ask<{ agents: { slug: string }[] }>(
      `{ agents(status: ACTIVE) { slug } }`,
    );
    const slugs = agents.map(({ slug }) => slug);
    expect(slugs).toContain("live");
    expect(slugs).not.toContain("resting");
    expect(slugs).not.toContain("gone");
  });

  it("list_agents_by_role: the active ones of a role", async () => {
    const { agents } = await door.ask<{ agents: object[] }>(
      `{ agents(status: ACTIVE, role: "lister") { slug } }`,
    );
    expect(agents).toEqual([{ slug: "live" }]);
  });

  it("list_underperforming_agents: active, more than 10 tasks, below the threshold, worst first", async () => {
    await tally("weak", 11, 7);
    await tally("weaker", 20, 2);
    await tally("young", 10, 0);
    await tally("fair", 100, 70);
    await tally("stopped-one", 50, 1);
    await door.ask(`mutation { stopAgent(slug: "stopped-one") { slug } }`);
    const list = async (args: string) =>
      (
        await door.ask<{ underperformingAgents: { slug: string }[] }>(
          `{ underperformingAgents${args} { slug successRate } }`,
        )
      ).underperformingAgents.map(({ slug }) => slug);
    expect(await list("")).toEqual(["weaker", "weak"]);
    expect(await list("(threshold: 0.5)")).toEqual(["weaker"]);
    expect(await list("(threshold: 0.71)")).toEqual(["weaker", "weak", "fair"]);
    await expect(list("(threshold: 70)")).rejects.toMatchObject({ code: "INVALID" });
  });
});

/** An agent with so many tasks behind it. */
async function tally(slug: string, tasksCompleted: number, tasksSucceeded: number) {
  const { id } = await app.addAgent({ slug });
  await app.db
    .em()
    .nativeUpdate(AgentStatistics, { agent: id }, { tasksCompleted, tasksSucceeded });
}
