import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setAgentStatus } from "../../src/agents/update-agent.ts";
import { deleteBehavior } from "../../src/behaviors/lifecycle/delete-behavior.ts";
import { setBehaviorStatus } from "../../src/behaviors/lifecycle/update-behavior.ts";
import { ExperimentPeriod } from "../../src/experiments/experiment-period.ts";
import type { NewExperiment } from "../../src/experiments/experiment-input.ts";
import { createExperiment } from "../../src/experiments/lifecycle/create-experiment.ts";
import { promoteArm } from "../../src/experiments/lifecycle/promote-arm.ts";
import { startExperiment } from "../../src/experiments/lifecycle/start-experiment.ts";
import { stopArm } from "../../src/experiments/lifecycle/stop-arm.ts";
import { stopExperiment } from "../../src/experiments/lifecycle/stop-experiment.ts";
import { updateWeights } from "../../src/experiments/lifecycle/update-weights.ts";
import { experimentsOf } from "../support/experiments.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();
const by = "ola";

describe.each(sizes)("an experiment, on $name", (size) => {
  let app: TestApp;
  let experiments: ReturnType<typeof experimentsOf>;
  beforeAll(async () => {
    app = await openTestApp({ size });
    experiments = experimentsOf(app);
    await experiments.addTones("mentor", "a", "b", "c");
  });
  afterAll(() => app.close());

  const scope = () => experiments.scope();
  const arms = [{ behavior: "mentor_a" }, { behavior: "mentor_b" }];
  const create = (input: Partial<NewExperiment> & { name: string }) =>
    createExperiment(scope(), { role: "mentor", arms, ...input }, by);

  it.each([
    ["no name", { name: "" }, /name must have/],
    ["one arm", { arms: [{ behavior: "mentor_a" }] }, /two behaviors or more/],
    ["eleven arms", { arms: Array.from({ length: 11 }, () => arms[0]) }, /at most 10/],
    ["an arm twice", { arms: [arms[0], arms[0]] }, /each behavior once/],
    ["role and agent", { agent: "sage" }, /one of the two/],
    ["neither role nor agent", { role: undefined }, /one of the two/],
    ["another control", { control: "else" }, /control must be one of the arms/],
    ["a negative weight", { arms: [arms[0], { behavior: "mentor_b", weight: -1 }] }, /0 or more/],
    [
      "a weight of NaN",
      { arms: [arms[0], { behavior: "mentor_b", weight: NaN }] },
      /arms\.1\.weight/,
    ],
    [
      "no weight but control's",
      { arms: [arms[0], { behavior: "mentor_b", weight: 0 }] },
      /above 0/,
    ],
    ["fewer than 100 uses", { minimumUses: 99 }, /minimumUses/],
    ["a shrinking ramp-up", { rampUp: [0.5, 0.2, 1] }, /rampUp is refused/],
    ["a ramp-up without an end", { rampUp: [0.5] }, /rampUp is refused/],
    [
      "a guardrail twice",
      { guardrails: [1, 2].map((margin) => ({ metric: "cost" as const, margin })) },
      /each metric once/,
    ],
    ["text that no database stores", { description: "a\0b" }, /plain text/],
  ])("with %s is refused with every fault", async (_what, input, message) => {
    await expect(create({ name: "bad", ...(input as object) })).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringMatching(message),
    });
  });

  it("needs behaviors of its role, that exist and are not retired", async () => {
    await experiments.addTones("other", "x");
    const with_ = (behavior: string) => create({ name: "needs", arms: [arms[0]!, { behavior }] });
    await expect(with_("other_x")).rejects.toMatchObject({ code: "INVALID" });
    await expect(with_("nobody")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(create({ name: "needs", role: undefined, agent: "none" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await experiments.addTones("mentor", "old");
    await setBehaviorStatus(scope(), "mentor_old", { status: "retired", by });
    await expect(with_("mentor_old")).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("retired"),
    });
  });

  it("whose arm is retired or unusable by its start does not start", async () => {
    const [gone = "", broken = ""] = await experiments.addTones("mentor", "gone", "broken");
    await create({ name: "retiring", arms: [arms[0]!, { behavior: gone }] });
    await setBehaviorStatus(scope(), gone, { status: "retired", by });
    const start = (name: string) => startExperiment(scope(), name, { by });
    await expect(start("retiring")).rejects.toMatchObject({ code: "CONFLICT" });
    await create({ name: "breaking", arms: [arms[0]!, { behavior: broken }] });
    await app.db
      .em()
      .execute(`update behavior set current_revision_id = null where name = ?`, [broken]);
    await expect(start("breaking")).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("No script"),
    });
  });

  it("runs once, and alone for its role or agent", async () => {
    await create({ name: "first" });
    await expect(create({ name: "first" })).rejects.toMatchObject({ code: "CONFLICT" });
    await create({ name: "second" });
    const results = await Promise.allSettled(
      ["first", "second"].map((name) => startExperiment(scope(), name, { by })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "CONFLICT", message: expect.stringContaining("the role mentor") },
    });
    for (const name of ["first", "second"]) await stopExperiment(scope(), name, { by });
    await expect(startExperiment(scope(), "first", { by })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await expect(stopExperiment(scope(), "first", { by })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  it("with an agent that is stopped does not start", async () => {
    await app.addAgent({ slug: "halted" });
    await create({ name: "with-halted", role: undefined, agent: "halted" });
    await setAgentStatus({ em: app.db.em() }, "halted", "stopped");
    await expect(startExperiment(scope(), "with-halted", { by })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("stopped"),
    });
  });

  it("keeps its behaviors from being deleted, and names itself, until it has ended", async () => {
    const [p = "", q = ""] = await experiments.addTones("deleting", "p", "q");
    await app.addAgent({ slug: "deleter", role: "deleting" });
    const pair = [{ behavior: p }, { behavior: q }];
    await create({ name: "keeps-p", role: "deleting", arms: pair });
    await expect(deleteBehavior(scope(), q, by)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("the experiment keeps-p"),
    });
    await stopExperiment(scope(), "keeps-p", { by });
    await deleteBehavior(scope(), q, by);
    const [, arm] = await experiments.arms("keeps-p");
    expect(arm).toMatchObject({ behaviorName: q, behavior: null });
    expect((await experiments.read("keeps-p")).table[1]?.name).toBe(q);
  });

  it("keeps a period for each set of weights, and refuses weights that compare nothing", async () => {
    const [a = "", b = ""] = await experiments.addTones("weighing", "a", "b");
    const pair = [{ behavior: a }, { behavior: b }];
    await experiments.start({ name: "weighs", role: "weighing", arms: pair });
    const set = (behavior: string, weight: number) =>
      updateWeights(scope(), "weighs", { weights: [{ behavior, weight }], by });
    await set(b, 3);
    for (const [behavior, weight] of [
      [b, 0],
      [a, 0],
      [b, -1],
      [b, NaN],
    ] as const) {
      await expect(set(behavior, weight)).rejects.toMatchObject({ code: "INVALID" });
    }
    await expect(set("mentor_a", 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const periods = await app.db.em().find(ExperimentPeriod, { experiment: { name: "weighs" } });
    expect(periods.map(({ weights }) => Object.values(weights).toSorted((x, y) => x - y))).toEqual([
      [1, 1],
      [1, 3],
    ]);
  });

  it("loses an arm that an operator stops, but never control alone", async () => {
    const [a = "", b = "", c = ""] = await experiments.addTones("losing", "a", "b", "c");
    const three = [a, b, c].map((behavior) => ({ behavior }));
    await experiments.start({ name: "loses", role: "losing", arms: three });
    const stop = (arm: string) => stopArm(scope(), "loses", { arm, by });
    await expect(stop(a)).rejects.toMatchObject({ code: "CONFLICT" });
    await stop(b);
    await stop(b);
    expect(await experiments.find("loses")).toMatchObject({ status: "running", period: 2 });
    await stop(c);
    expect(await experiments.find("loses")).toMatchObject({
      status: "stopped",
      reason: "no arm but control is left",
    });
  });

  it("promotes nothing without a winner unless the arm is named, and nothing as a draft", async () => {
    const [a = "", b = ""] = await experiments.addTones("hasty", "a", "b");
    const pair = [{ behavior: a }, { behavior: b }];
    await create({ name: "hasty", role: "hasty", arms: pair });
    const promote = (input: object = {}) => promoteArm(scope(), "hasty", { by, ...input });
    await expect(promote()).rejects.toMatchObject({ code: "CONFLICT" });
    await startExperiment(scope(), "hasty", { by });
    await expect(promote()).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("Too early to compare"),
    });
    await promote({ arm: b });
    expect((await experiments.read("hasty")).share).toBe(0.05);
    await expect(promote({ arm: b })).rejects.toMatchObject({ code: "CONFLICT" });
    await promote({ atOnce: true });
    expect(await experiments.find("hasty")).toMatchObject({ status: "concluded" });
    await expect(promote({ arm: b })).rejects.toMatchObject({ code: "CONFLICT" });
  });
});
