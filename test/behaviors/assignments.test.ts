import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

// Named after the functions of the agent registry's design.
let app: TestApp;
let door: ControlPlane;
let made = 0;

beforeAll(async () => {
  app = await openTestApp();
  await app.work();
  door = openControlPlane(app.control);
  await app.addBehavior({ name: "friendly", script: tone("friendly") });
  await app.addBehavior({ name: "formal", script: tone("formal") });
});
afterAll(() => app.close());

const assign = (agent: string, behavior: string, more = "") =>
  door.ask(
    `mutation { assignBehavior(agent: "${agent}", behavior: "${behavior}" ${more}) { slug } }`,
  );

const historyOf = async (slug: string, fields: string, args = "") =>
  (
    await door.ask<{ agent: { assignments: object[] } }>(
      `{ agent(slug: "${slug}") { assignments${args} { ${fields} } } }`,
    )
  ).agent.assignments;

async function addAgent(): Promise<string> {
  made += 1;
  return (await app.addAgent({ slug: `worker-${made}` })).slug;
}

async function work(slug: string, ends: "well" | "badly") {
  app.model.respond(() => (ends === "well" ? { text: "Done." } : { fails: "auth" }));
  return app.ask(slug, "Ana", `@${slug} please`);
}

describe("assign_behavior", () => {
  it("records who, when and why, and ends the assignment before with its statistics", async () => {
    const slug = await addAgent();
    app.clock.set("2026-03-10T10:00:00Z");
    await assign(slug, "friendly");
    for (const ends of ["well", "well", "badly"] as const) await work(slug, ends);
    app.clock.set("2026-03-11T10:00:00Z");
    await assign(slug, "formal", `, reason: PERFORMANCE, outcomeNotes: "too chatty"`);
    await work(slug, "badly");
    const fields =
      "behaviorName reason assignedBy assignedAt unassignedAt outcomeNotes tasksCompleted successRate";
    expect(await historyOf(slug, fields)).toEqual([
      {
        behaviorName: "formal",
        reason: "PERFORMANCE",
        assignedBy: "ola",
        assignedAt: "2026-03-11T10:00:00.000Z",
        unassignedAt: null,
        outcomeNotes: null,
        tasksCompleted: 1,
        successRate: 0,
      },
      {
        behaviorName: "friendly",
        reason: "MANUAL",
        assignedBy: "ola",
        assignedAt: "2026-03-10T10:00:00.000Z",
        unassignedAt: "2026-03-11T10:00:00.000Z",
        outcomeNotes: "too chatty",
        tasksCompleted: 3,
        successRate: 2 / 3,
      },
    ]);
    expect(await historyOf(slug, "behaviorName", "(last: 1)")).toEqual([
      { behaviorName: "formal" },
    ]);
  });

  it("takes effect with the next turn, which names the revision that ran", async () => {
    const slug = await addAgent();
    await assign(slug, "friendly");
    expect(await behaviorOf(await work(slug, "well"))).toBe("friendly");
    await assign(slug, "formal");
    expect(await behaviorOf(await work(slug, "well"))).toBe("formal");
  });

  it("counts the same behavior assigned again as an assignment of its own", async () => {
    const slug = await addAgent();
    await assign(slug, "friendly");
    await work(slug, "badly");
    await assign(slug, "friendly");
    await work(slug, "well");
    expect(await historyOf(slug, "successRate")).toEqual([{ successRate: 1 }, { successRate: 0 }]);
  });

  it("does not let an assignment end before it began when the clock goes backwards", async () => {
    const slug = await addAgent();
    app.clock.set("2026-03-12T10:00:00Z");
    await assign(slug, "friendly");
    app.clock.set("2026-03-11T10:00:00Z");
    await assign(slug, "formal");
    expect(await historyOf(slug, "behaviorName unassignedAt")).toEqual([
      { behaviorName: "formal", unassignedAt: null },
      { behaviorName: "friendly", unassignedAt: "2026-03-12T10:00:00.000Z" },
    ]);
  });

  it("refuses a stopped agent, a retired behavior and what nobody knows, and changes nothing", async () => {
    const slug = await addAgent();
    await assign(slug, "friendly");
    await app.addBehavior({ name: "old", script: tone("old") });
    await door.ask(`mutation { retireBehavior(name: "old") { name } }`);
    await expect(assign(slug, "old")).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(assign(slug, "nope")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(assign("nobody", "formal")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await door.ask(`mutation { stopAgent(slug: "${slug}") { slug } }`);
    await expect(assign(slug, "formal")).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("stopped"),
    });
    expect(await historyOf(slug, "behaviorName unassignedAt")).toEqual([
      { behaviorName: "friendly", unassignedAt: null },
    ]);
  });

  it("keeps the history of a behavior that was deleted since", async () => {
    const slug = await addAgent();
    await app.addBehavior({ name: "brief", script: tone("brief") });
    await assign(slug, "brief");
    await assign(slug, "formal");
    await door.ask(`mutation { deleteBehavior(name: "brief") }`);
    expect(await historyOf(slug, "behaviorName behavior { name }")).toEqual([
      { behaviorName: "formal", behavior: { name: "formal" } },
      { behaviorName: "brief", behavior: null },
    ]);
  });
});

describe("a turn whose behavior is deleted while it runs", () => {
  it("is answered once and recorded without it", async () => {
    const slug = await addAgent();
    await app.addBehavior({ name: "fleeting", script: tone("fleeting") });
    await assign(slug, "fleeting");
    app.sql.hook(async (name, when) => {
      if (name !== "finish_turn" || when !== "before") return;
      app.sql.hook(undefined);
      await door.ask(`mutation { unassignBehavior(agent: "${slug}") { slug } }`);
      await door.ask(`mutation { deleteBehavior(name: "fleeting") }`);
    });
    const turn = await work(slug, "well");
    expect(turn).toMatchObject({ status: "done", succeeded: true, behaviorRevision: null });
    expect(await historyOf(slug, "behaviorName behavior { name }")).toEqual([
      { behaviorName: "fleeting", behavior: null },
    ]);
    const { tasksCompleted } = await app.statisticsOf(slug);
    expect(tasksCompleted).toBe(1);
  });
});

describe("updateAgent", () => {
  const update = (slug: string, input: string) =>
    door.ask(`mutation { updateAgent(slug: "${slug}", input: { ${input} }) { slug } }`);

  it("assigns as assign_behavior does, and not again what the agent has", async () => {
    const slug = await addAgent();
    await update(slug, `behavior: "friendly", name: "Newt"`);
    await update(slug, `behavior: "friendly", name: "Triton"`);
    expect(await historyOf(slug, "behaviorName assignedBy")).toEqual([
      { behaviorName: "friendly", assignedBy: "ola" },
    ]);
    await update(slug, "behavior: null");
    await update(slug, "behavior: null");
    expect(await historyOf(slug, "behaviorName unassignedAt")).toEqual([
      { behaviorName: "friendly", unassignedAt: expect.any(String) },
    ]);
  });

  it("changes nothing at all where the behavior cannot be assigned", async () => {
    const slug = await addAgent();
    await expect(update(slug, `name: "Other", behavior: "nope"`)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    const { agent } = await door.ask<{ agent: object }>(`{ agent(slug: "${slug}") { name } }`);
    expect(agent).toEqual({ name: slug });
  });
});

describe("unassignBehavior", () => {
  it("ends the assignment with its notes; without one it changes nothing", async () => {
    const slug = await addAgent();
    await assign(slug, "friendly");
    const unassign = `mutation { unassignBehavior(agent: "${slug}", outcomeNotes: "enough") { behavior { name } } }`;
    expect(await door.ask(unassign)).toEqual({ unassignBehavior: { behavior: null } });
    await door.ask(unassign);
    expect(await historyOf(slug, "behaviorName outcomeNotes")).toEqual([
      { behaviorName: "friendly", outcomeNotes: "enough" },
    ]);
    expect(await behaviorOf(await work(slug, "well"))).toBeUndefined();
  });
});

async function behaviorOf({ id }: { id: string }): Promise<string | undefined> {
  const { turn } = await door.ask<{ turn: { behavior: { name: string } | null } }>(
    `{ turn(id: "${id}") { behavior { name } } }`,
  );
  return turn.behavior?.name;
}
