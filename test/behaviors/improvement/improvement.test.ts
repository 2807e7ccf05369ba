import { describe, expect, it } from "vitest";
import { silentLog } from "../../../src/base/log.ts";
import { startImprovementSweep } from "../../../src/behaviors/improvement/sweep-improvements.ts";
import { HOURS, shareImprovementStage } from "../../support/improvement-stage.ts";
import { until } from "../../support/until.ts";
import { tone } from "../../support/scripts.ts";

const stage = await shareImprovementStage();

describe("improvements that are suggested", () => {
  it("an agent that underperforms gets the best-performing behavior of its role suggested, once", async () => {
    const slug = await stage.weakAgent("suggestee");
    for (const one of [stage.app, stage.other, stage.app]) await stage.sweep(one);
    expect(await stage.listed(slug)).toMatchObject([
      { status: "SUGGESTED", fromBehavior: "suggestee_poor", toBehavior: "suggestee_good" },
    ]);
    expect(await stage.behaviorOf(slug)).toBe("suggestee_poor");
  });

  it("the policy off is left alone, but an operator may ask all the same", async () => {
    const slug = await stage.weakAgent("aloof", "OFF");
    await stage.sweep();
    expect(await stage.listed(slug)).toEqual([]);
    const ask = `mutation { improveAgent(agent: "${slug}") { improvement { status toBehavior } reason } }`;
    expect(await stage.door.ask(ask)).toEqual({
      improveAgent: {
        improvement: { status: "SUGGESTED", toBehavior: "aloof_good" },
        reason: null,
      },
    });
    await stage.sweep();
    expect(await stage.listed(slug)).toMatchObject([{ status: "SUGGESTED" }]);
    expect(await stage.door.ask(ask)).toMatchObject({
      improveAgent: {
        improvement: null,
        reason: expect.stringMatching(/improvement that is suggested/),
      },
    });
  });

  it("the role's policy holds where the agent has none of its own", async () => {
    const slug = await stage.weakAgent("governed");
    await stage.door.ask(
      `mutation { createRole(input: { name: "governed", improvementPolicy: OFF }) { name } }`,
    );
    await stage.sweep();
    expect(await stage.listed(slug)).toEqual([]);
    await stage.door.ask(
      `mutation { updateRole(name: "governed", input: { improvementPolicy: AUTO }) { name } }`,
    );
    await stage.sweep();
    expect(await stage.behaviorOf(slug)).toBe("governed_good");
  });

  it("a suggestion is approved, which assigns it, and only once", async () => {
    const slug = await stage.weakAgent("approved");
    await stage.sweep();
    const [{ id } = { id: "" }] = await stage.listed(slug);
    const outcomes = await Promise.allSettled([
      stage.approve(id),
      stage.approve(id),
      stage.approve(id),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(stage.approve(id)).rejects.toMatchObject({
      code: "CONFLICT",
      message: "The improvement is in force already, decided by ola.",
    });
    expect(await stage.behaviorOf(slug)).toBe("approved_good");
  });

  it("a dismissed revision is not suggested to that agent again, a revised one is", async () => {
    const slug = await stage.weakAgent("dismissed");
    await stage.sweep();
    const [{ id } = { id: "" }] = await stage.listed(slug);
    await stage.door.ask(
      `mutation { dismissImprovement(id: "${id}", notes: "not now") { status } }`,
    );
    stage.app.clock.advance(48 * HOURS);
    await stage.sweep();
    expect(await stage.listed(slug)).toMatchObject([{ status: "DISMISSED", notes: "not now" }]);
    await stage.door.ask(
      `mutation($script: String!) { reviseBehavior(name: "dismissed_good", script: $script) { name } }`,
      { script: tone("better") },
    );
    await stage.tally("dismissed-star", 50, 50);
    await stage.sweep();
    expect(await stage.listed(slug)).toMatchObject([
      { status: "SUGGESTED" },
      { status: "DISMISSED" },
    ]);
  });

  it("a suggestion that no longer holds is withdrawn", async () => {
    const recovered = await stage.weakAgent("recovered");
    const reassigned = await stage.weakAgent("reassigned");
    const retired = await stage.weakAgent("outlived");
    await stage.sweep();
    await stage.tally(recovered, 100, 100);
    await stage.assign(reassigned, "reassigned_good");
    await stage.door.ask(`mutation { retireBehavior(name: "outlived_good") { name } }`);
    const [{ id } = { id: "" }] = await stage.listed(reassigned);
    await expect(stage.approve(id)).rejects.toMatchObject({ code: "CONFLICT" });
    await stage.sweep();
    for (const slug of [recovered, reassigned, retired]) {
      expect(await stage.listed(slug)).toMatchObject([{ status: "WITHDRAWN" }]);
    }
  });

  it("nobody is judged by ten tasks, and nothing unproven is proposed", async () => {
    const why = async (slug: string) =>
      (
        await stage.door.ask<{ improveAgent: { reason: string } }>(
          `mutation { improveAgent(agent: "${slug}") { reason } }`,
        )
      ).improveAgent.reason;
    await stage.app.addAgent({ slug: "novice", role: "novices" });
    await stage.tally("novice", 10, 0);
    expect(await why("novice")).toMatch(
      /^novice succeeded in 0 of 10 tasks .* judged after more than 10/,
    );
    await stage.tally("novice", 1, 0);
    expect(await why("novice")).toBe(
      "No behavior of the role novices is proven to do better than 0 of 11 tasks (0 %).",
    );
    await expect(why("nobody")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(stage.approve("nonsense")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is looked for from the start of a worker on, without anybody asking", async () => {
    const slug = await stage.weakAgent("swept");
    const { db, queue, clock } = stage.app;
    const stop = startImprovementSweep({ em: db.em, queue, clock, log: silentLog });
    await until(async () => (await stage.listed(slug)).length === 1);
    await stop();
    expect(await stage.listed(slug)).toMatchObject([{ status: "SUGGESTED" }]);
  });

  it("tells that something was suggested, so that any door can ask for approval", async () => {
    const slug = await stage.weakAgent("announced");
    const events = await stage.door.watch(
      `subscription { behaviorChanges(agent: "${slug}") { kind behaviorName } }`,
    );
    await stage.sweep();
    expect((await events.next()).value).toEqual({
      behaviorChanges: { kind: "IMPROVEMENT_SUGGESTED", behaviorName: "announced_good" },
    });
  });
});
