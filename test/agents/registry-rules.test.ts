import { beforeAll, describe, expect, it } from "vitest";
import { openControlPlane } from "../support/control-plane.ts";
import { shareImprovementStage } from "../support/improvement-stage.ts";
import { tone } from "../support/scripts.ts";

// What the agent registry's design says besides the functions in registry.test.ts.
const stage = await shareImprovementStage();
const door = openControlPlane(stage.app.control, "olga");
beforeAll(async () => {
  await stage.app.addBehavior({ name: "first", script: tone("first") });
  await stage.app.addBehavior({ name: "second", script: tone("second") });
});

const agentOf = async (slug: string, fields: string) =>
  (await door.ask<{ agent: object }>(`{ agent(slug: "${slug}") { ${fields} } }`)).agent;
const assign = (slug: string, behavior: string, more = "") =>
  door.ask(
    `mutation { assignBehavior(agent: "${slug}", behavior: "${behavior}"${more}) { slug } }`,
  );

describe("agent_registry: rules of the fields", () => {
  it("status: active, then paused or stopped, and nothing else", async () => {
    await stage.app.addAgent({ slug: "moody" });
    expect(await agentOf("moody", "status")).toEqual({ status: "ACTIVE" });
    for (const [mutation, status] of [
      ["pauseAgent", "PAUSED"],
      ["stopAgent", "STOPPED"],
      ["resumeAgent", "ACTIVE"],
    ]) {
      await door.ask(`mutation { ${mutation}(slug: "moody") { slug } }`);
      expect(await agentOf("moody", "status")).toEqual({ status });
    }
    await expect(
      stage.app.db.em().execute(`update agent set status = 'asleep' where slug = 'moody'`),
    ).rejects.toThrow(/agent_status_check/);
  });

  it("notes, created_by: kept as they were given", async () => {
    await door.ask(
      `mutation { createAgent(input: { slug: "noted", name: "N", systemPrompt: "x", notes: "on trial" }) { slug } }`,
    );
    expect(await agentOf("noted", "notes createdBy")).toEqual({
      notes: "on trial",
      createdBy: "olga",
    });
  });

  it("behavior_assigned_at: since when the agent has what it has", async () => {
    await stage.app.addAgent({ slug: "dated" });
    stage.app.clock.set("2026-04-01T08:00:00Z");
    await assign("dated", "first");
    expect(await agentOf("dated", "behaviorAssignedAt")).toEqual({
      behaviorAssignedAt: "2026-04-01T08:00:00.000Z",
    });
  });
});

describe("the registry's functions", () => {
  it("assign_behavior: manual unless a reason is given; who, when and why are in the history", async () => {
    await stage.app.addAgent({ slug: "placed" });
    await assign("placed", "first");
    await assign("placed", "second", `, reason: PERFORMANCE, outcomeNotes: "slow"`);
    expect(
      await agentOf("placed", "assignments { behaviorName reason assignedBy outcomeNotes }"),
    ).toEqual({
      assignments: [
        { behaviorName: "second", reason: "PERFORMANCE", assignedBy: "olga", outcomeNotes: null },
        { behaviorName: "first", reason: "MANUAL", assignedBy: "olga", outcomeNotes: "slow" },
      ],
    });
  });

  it("assign_behavior: not_found for the agent, behavior_not_found for the behavior", async () => {
    await expect(assign("nobody", "first")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining(`"nobody"`),
    });
    await expect(assign("placed", "nothing")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining(`"nothing"`),
    });
  });

  it("agent_behavior_assignments: tasks_completed and success_rate of the period when it ends", async () => {
    await stage.app.addAgent({ slug: "measured" });
    await assign("measured", "first");
    await stage.tally("measured", 20, 5);
    await assign("measured", "second");
    await stage.tally("measured", 10, 10);
    expect(
      await agentOf("measured", "assignments { behaviorName tasksCompleted successRate }"),
    ).toEqual({
      assignments: [
        { behaviorName: "second", tasksCompleted: 10, successRate: 1 },
        { behaviorName: "first", tasksCompleted: 20, successRate: 0.25 },
      ],
    });
  });

  it("hot_reload_behavior: the reason is hot_reload unless another is given", async () => {
    await stage.app.addAgent({ slug: "warmed" });
    for (const more of ["", ", reason: PERFORMANCE"]) {
      await door.ask(
        `mutation { hotReloadBehavior(agent: "warmed", behavior: "first"${more}) { slug } }`,
      );
    }
    expect(await agentOf("warmed", "assignments { reason }")).toEqual({
      assignments: [{ reason: "PERFORMANCE" }, { reason: "HOT_RELOAD" }],
    });
  });

  it("find_best_behavior_for_role: proven by many uses goes before perfect in a few", async () => {
    const role = await stage.weakAgent("ranked");
    for (const [name, uses, successes] of [
      ["ranked_lucky", 12, 12],
      ["ranked_sure", 200, 196],
      ["ranked_young", 10, 10],
    ] as const) {
      await door.ask(
        `mutation($script: String!) { createBehavior(input: { name: "${name}", role: "${role}", draft: true, script: $script }) { name } }`,
        { script: tone(name) },
      );
      const slug = name.replace("_", "-");
      await stage.app.addAgent({ slug, role });
      await assign(slug, name);
      await stage.tally(slug, uses, successes);
    }
    const find = async () =>
      (
        await door.ask<{ improveAgent: { improvement: { id: string; toBehavior: string } } }>(
          `mutation { improveAgent(agent: "${role}") { improvement { id toBehavior } } }`,
        )
      ).improveAgent.improvement;
    const best = await find();
    expect(best.toBehavior).toBe("ranked_sure");
    await door.ask(`mutation { dismissImprovement(id: "${best.id}") { status } }`);
    expect((await find()).toBehavior).toBe("ranked_good");
  });

  it("automatic_improvement: each underperforming agent gets the best behavior of its role", async () => {
    const slugs = [
      await stage.weakAgent("autoone", "AUTO"),
      await stage.weakAgent("autotwo", "AUTO"),
    ];
    await stage.sweep();
    for (const slug of slugs) {
      expect(await agentOf(slug, "behavior { name } assignments(last: 1) { reason }")).toEqual({
        behavior: { name: `${slug}_good` },
        assignments: [{ reason: "AUTOMATIC_IMPROVEMENT" }],
      });
    }
  });
});
