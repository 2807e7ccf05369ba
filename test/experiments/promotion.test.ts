import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Agent } from "../../src/agents/agent.ts";
import { setAgentStatus } from "../../src/agents/update-agent.ts";
import { assignBehavior } from "../../src/behaviors/assignments/assign-behavior.ts";
import { BehaviorAssignment } from "../../src/behaviors/assignments/behavior-assignment.ts";
import { Behavior } from "../../src/behaviors/behavior.ts";
import { ExperimentPeriod } from "../../src/experiments/experiment-period.ts";
import { evaluateExperiments } from "../../src/experiments/judging/start-evaluator.ts";
import { promoteArm } from "../../src/experiments/lifecycle/promote-arm.ts";
import { rollbackExperiment } from "../../src/experiments/lifecycle/rollback-experiment.ts";
import { silentLog } from "../../src/base/log.ts";
import { experimentsOf, GOOD, POOR } from "../support/experiments.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("the promotion of an arm, on $name", (size) => {
  let app: TestApp;
  let experiments: ReturnType<typeof experimentsOf>;
  beforeAll(async () => {
    app = await openTestApp({ size });
    experiments = experimentsOf(app);
  });
  afterAll(() => app.close());

  it("an accepted suggestion becomes primary by the assignment action, for the reason a_b_test", async () => {
    const { a, b } = await experiments.startPair("accepted", { rampUp: [] });
    await app.addAgent({ slug: "assigned", role: "accepted" });
    await app.addBehavior({ name: a, role: "accepted", script: "return {}", assignTo: "assigned" });
    await experiments.expose("accepted", { [a]: POOR, [b]: GOOD });
    await experiments.evaluate("accepted");
    await promoteArm(experiments.scope(), "accepted", { by: "ola" });
    expect((await experiments.find("accepted")).status).toBe("concluded");
    expect(await experiments.applies("accepted")).toBe(b);
    const em = app.db.em();
    const open = await em.findOneOrFail(BehaviorAssignment, {
      agent: { slug: "assigned" },
      unassignedAt: null,
    });
    expect(open).toMatchObject({ behaviorName: b, reason: "a_b_test", assignedBy: "ola" });
    const ended = await em.findOneOrFail(BehaviorAssignment, {
      agent: { slug: "assigned" },
      behaviorName: a,
    });
    expect(ended.outcomeNotes).toMatch(
      /^Experiment accepted: accepted_b beats accepted_a by 40\.0 points, 95 % interval [\d.]+ to [\d.]+, 120 people; promoted on 2026-03-10\.$/u,
    );
  });

  it("a promotion can be taken back: what it replaced applies again, and what was assigned since stays", async () => {
    const { a, b } = await experiments.startPair("regret", { rampUp: [] });
    for (const slug of ["had-a", "moved-on"]) {
      await app.addAgent({ slug, role: "regret" });
      await app.addBehavior({ name: a, role: "regret", script: "return {}", assignTo: slug });
    }
    await promoteArm(experiments.scope(), "regret", { by: "ola", arm: b });
    await app.addBehavior({ name: "since", script: "return {}", assignTo: "moved-on" });
    await rollbackExperiment(experiments.scope(), "regret", { by: "ola" });
    const em = app.db.em();
    const names = async (slug: string) => {
      const { behaviorId } = await em.findOneOrFail(Agent, { slug }, { refresh: true });
      return (await em.findOne(Behavior, behaviorId ?? ""))?.name;
    };
    expect(await names("had-a")).toBe(a);
    expect(await names("moved-on")).toBe("since");
    expect(await experiments.applies("regret")).toBe(a);
    expect((await experiments.read("regret")).sentence).toBe(
      "regret_b was rolled back to regret_a on 2026-03-10: an operator decided so.",
    );
    await expect(
      rollbackExperiment(experiments.scope(), "regret", { by: "ola" }),
    ).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("a promotion and assignments at the same moment wait for each other, and none is lost", async () => {
    const { a, b } = await experiments.startPair("rush", { rampUp: [] });
    const slugs = Array.from({ length: 6 }, (_, at) => `rush-${at}`);
    for (const slug of slugs) {
      await app.addAgent({ slug, role: "rush" });
      await app.addBehavior({ name: a, role: "rush", script: "return {}", assignTo: slug });
    }
    await Promise.all([
      promoteArm(experiments.scope(), "rush", { by: "ola", arm: b }),
      ...slugs
        .toReversed()
        .map((slug) => assignBehavior(experiments.scope(), slug, { behavior: b, by: "mia" })),
    ]);
    const [, arm] = await experiments.arms("rush");
    const agents = await app.db.em().find(Agent, { slug: slugs });
    expect(agents.map(({ behaviorId }) => behaviorId)).toEqual(slugs.map(() => arm?.behavior?.id));
  });

  it("promotes by itself in steps, each after enough uses, and ends with the winner as primary", async () => {
    const { a, b } = await experiments.startPair("auto", { policy: "auto", rampUp: [0.2, 1] });
    await experiments.expose("auto", { [a]: POOR, [b]: GOOD });
    expect(await experiments.evaluate("auto")).toBe("promote");
    expect(await experiments.applies("auto")).toBe(a);
    expect((await experiments.read("auto")).sentence).toMatch(/for 20\.0 % so far\.$/u);
    expect(await experiments.evaluate("auto")).toBe("nothing");
    await experiments.expose("auto", { [a]: POOR, [b]: { ...GOOD, units: 20 } });
    expect(await experiments.evaluate("auto")).toBe("ramp-up");
    await experiments.expose("auto", { [b]: { ...GOOD, units: 20 } });
    expect(await experiments.evaluate("auto")).toBe("conclude");
    expect(await experiments.applies("auto")).toBe(b);
    expect((await experiments.read("auto")).sentence).toMatch(/; promoted on 2026-03-10\.$/u);
    const periods = await app.db.em().find(ExperimentPeriod, { experiment: { name: "auto" } });
    expect(periods.map(({ share }) => share ?? null)).toEqual([null, 0.2, 1]);
  });

  it.each([
    ["before anything is proved", false],
    ["while the share of its winner grows", true],
  ])("stops with the reason where its one agent was stopped %s", async (_when, grows) => {
    const name = grows ? "gonelate" : "goneearly";
    const [a = "", b = ""] = await experiments.addTones(name, "a", "b");
    await app.addAgent({ slug: name, name: "Gone", role: name });
    const arms = [{ behavior: a }, { behavior: b }];
    await experiments.start({ name, agent: name, arms, policy: "auto" });
    await experiments.expose(name, { [a]: POOR, [b]: GOOD });
    const before = grows ? await experiments.evaluate(name) : "nothing";
    expect(before).toBe(grows ? "promote" : "nothing");
    await setAgentStatus({ em: app.db.em() }, name, "stopped");
    expect(await experiments.evaluate(name)).toBe("stop");
    expect(await experiments.find(name)).toMatchObject({
      status: "stopped",
      reason: "Gone has been stopped",
    });
    expect((await experiments.read(name)).sentence).toContain("Gone has been stopped.");
    expect(await experiments.evaluate(name)).toBeUndefined();
  });

  it("takes a promoted arm back by itself when it does worse than what it replaces", async () => {
    const { a, b } = await experiments.startPair("worse", { policy: "auto" });
    await experiments.expose("worse", { [a]: POOR, [b]: GOOD });
    await experiments.evaluate("worse");
    await experiments.expose("worse", { [a]: GOOD, [b]: POOR });
    expect(await experiments.evaluate("worse")).toBe("roll-back");
    expect(await experiments.applies("worse")).toBe(a);
    expect((await experiments.read("worse")).sentence).toBe(
      "worse_b was rolled back to worse_a on 2026-03-10: it did worse.",
    );
    expect(await experiments.evaluate("worse")).toBeUndefined();
  });

  it("does each thing once when several workers look at the same moment", async () => {
    const { a, b } = await experiments.startPair("crowded", { policy: "auto", rampUp: [] });
    await experiments.expose("crowded", { [a]: POOR, [b]: GOOD });
    const published: unknown[] = [];
    const queue = { publish: (_: string, change: unknown) => void published.push(change) };
    const look = () =>
      evaluateExperiments({ em: app.db.em, queue, clock: app.clock, log: silentLog });
    await Promise.all([look(), look(), look(), look()]);
    const about = published.filter(
      (change) => (change as { experiment: string }).experiment === "crowded",
    );
    expect(about).toMatchObject([
      { kind: "promoted", arm: b },
      { kind: "concluded", arm: b },
    ]);
    expect(await experiments.applies("crowded")).toBe(b);
  });

  it("concludes with control where everything else is worse", async () => {
    const { a, b } = await experiments.startPair("keeps", { policy: "auto" });
    await experiments.expose("keeps", { [a]: GOOD, [b]: { ...POOR, errorsEach: 0 } });
    expect(await experiments.evaluate("keeps")).toBe("promote");
    expect(await experiments.find("keeps")).toMatchObject({ status: "concluded" });
    expect(await experiments.applies("keeps")).toBe(a);
    expect((await experiments.read("keeps")).sentence).toMatch(/^keeps_a holds: keeps_b is worse/u);
  });
});
