import { describe, expect, it } from "vitest";
import { HOURS, shareImprovementStage } from "../../support/improvement-stage.ts";

const stage = await shareImprovementStage();

describe("improvements in force", () => {
  it("of two workers that look at the same time one acts", async () => {
    const slug = await stage.weakAgent("contested", "AUTO");
    await Promise.all([
      stage.sweep(stage.app),
      stage.sweep(stage.other),
      stage.sweep(stage.app),
      stage.sweep(stage.other),
    ]);
    expect(await stage.listed(slug)).toMatchObject([{ status: "WATCHED" }]);
    const { agent } = await stage.door.ask<{ agent: { assignments: object[] } }>(
      `{ agent(slug: "${slug}") { assignments { behaviorName reason assignedBy outcomeNotes tasksCompleted successRate } } }`,
    );
    expect(agent.assignments).toEqual([
      {
        behaviorName: "contested_good",
        reason: "AUTOMATIC_IMPROVEMENT",
        assignedBy: "system",
        outcomeNotes: null,
        tasksCompleted: 0,
        successRate: 1,
      },
      {
        behaviorName: "contested_poor",
        reason: "MANUAL",
        assignedBy: "ola",
        outcomeNotes:
          'Underperformed: 8 of 20 tasks (40 %) succeeded. "contested_good" takes over, with 95 of 100 tasks (95 %).',
        tasksCompleted: 20,
        successRate: 0.4,
      },
    ]);
  });

  it("what makes it worse is rolled back, with both figures in its history", async () => {
    const slug = await stage.weakAgent("worsened", "AUTO");
    await stage.sweep();
    await stage.tally(slug, 10, 0);
    await stage.sweep();
    expect(await stage.behaviorOf(slug)).toBe("worsened_good");
    await stage.tally(slug, 2, 0);
    await Promise.all([stage.sweep(stage.app), stage.sweep(stage.other)]);
    expect(await stage.behaviorOf(slug)).toBe("worsened_poor");
    const notes = "Rolled back: 0 of 12 tasks (0 %) succeeded, before it 8 of 20 tasks (40 %).";
    expect(await stage.listed(slug)).toMatchObject([{ status: "ROLLED_BACK", notes }]);
    const { agent } = await stage.door.ask<{ agent: object }>(
      `{ agent(slug: "${slug}") { assignments(last: 2) { behaviorName reason outcomeNotes } } }`,
    );
    expect(agent).toEqual({
      assignments: [
        { behaviorName: "worsened_poor", reason: "AUTOMATIC_IMPROVEMENT", outcomeNotes: null },
        { behaviorName: "worsened_good", reason: "AUTOMATIC_IMPROVEMENT", outcomeNotes: notes },
      ],
    });
    await stage.tally(slug, 20, 0);
    stage.app.clock.advance(48 * HOURS);
    await stage.sweep();
    expect(await stage.listed(slug)).toHaveLength(1);
  });

  it("what does better is kept at the fiftieth task", async () => {
    const slug = await stage.weakAgent("bettered", "AUTO");
    await stage.sweep();
    await stage.tally(slug, 49, 40);
    await stage.sweep();
    expect(await stage.listed(slug)).toMatchObject([{ status: "WATCHED" }]);
    await stage.tally(slug, 1, 1);
    await stage.sweep();
    expect(await stage.listed(slug)).toMatchObject([
      {
        status: "KEPT",
        notes: "Kept: 41 of 50 tasks (82 %) succeeded, before it 8 of 20 tasks (40 %).",
      },
    ]);
    expect(await stage.behaviorOf(slug)).toBe("bettered_good");
  });

  it("an agent without a behavior of its own goes back to its role's", async () => {
    const slug = await stage.weakAgent("rolebound", "AUTO");
    await stage.door.ask(
      `mutation { unassignBehavior(agent: "${slug}") { slug } activateBehavior(name: "rolebound_poor") { name } }`,
    );
    await stage.tally(slug, 20, 8);
    await stage.sweep();
    expect(await stage.listed(slug)).toMatchObject([
      { status: "WATCHED", fromBehavior: "rolebound_poor" },
    ]);
    await stage.tally(slug, 20, 0);
    await stage.sweep();
    expect(await stage.behaviorOf(slug)).toBeUndefined();
    expect(await stage.listed(slug)).toMatchObject([{ status: "ROLLED_BACK" }]);
  });

  it("the cool-down: nothing is assigned on its own within a day of a change", async () => {
    const slug = await stage.weakAgent("hasty", "AUTO");
    await stage.assign(slug, "hasty_poor");
    await stage.tally(slug, 20, 0);
    await stage.sweep();
    expect(await stage.listed(slug)).toMatchObject([{ status: "SUGGESTED" }]);
    expect(await stage.behaviorOf(slug)).toBe("hasty_poor");
    stage.app.clock.advance(24 * HOURS);
    await stage.sweep();
    expect(await stage.listed(slug)).toMatchObject([{ status: "WATCHED" }]);
  });

  it("an operator's own assignment ends the watching", async () => {
    const slug = await stage.weakAgent("overruled", "AUTO");
    await stage.sweep();
    await stage.assign(slug, "overruled_poor");
    await stage.tally(slug, 60, 0);
    await stage.sweep();
    expect(await stage.listed(slug)).toMatchObject([{ status: "WITHDRAWN" }]);
    expect(await stage.behaviorOf(slug)).toBe("overruled_poor");
  });
});
