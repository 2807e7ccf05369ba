import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setBehaviorStatus } from "../../src/behaviors/lifecycle/update-behavior.ts";
import { promoteArm } from "../../src/experiments/lifecycle/promote-arm.ts";
import { updateWeights } from "../../src/experiments/lifecycle/update-weights.ts";
import { experimentsOf, GOOD, POOR } from "../support/experiments.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("the evaluation of an experiment, on $name", (size) => {
  let app: TestApp;
  let experiments: ReturnType<typeof experimentsOf>;
  beforeAll(async () => {
    app = await openTestApp({ size });
    experiments = experimentsOf(app);
  });
  afterAll(() => app.close());

  it("says that it is too early before 100 uses of each arm, and does nothing", async () => {
    const { a, b } = await experiments.startPair("early");
    await experiments.expose("early", { [a]: GOOD, [b]: { ...POOR, units: 19 } });
    expect(await experiments.evaluate("early")).toBe("nothing");
    const { sentence } = await experiments.read("early");
    expect(sentence).toBe(
      "Too early to compare: early_a has 300 uses, early_b has 95 uses; each needs 100 from 12 people or more.",
    );
  });

  it("suggests a winner once, withdraws it when feedback takes the proof away, and waits", async () => {
    const { a, b } = await experiments.startPair("suggests");
    await experiments.expose("suggests", { [a]: POOR, [b]: GOOD });
    expect(await experiments.evaluate("suggests")).toBe("suggest");
    expect(await experiments.evaluate("suggests")).toBe("nothing");
    const [, arm] = await experiments.arms("suggests");
    expect((await experiments.find("suggests")).suggestedArmId).toBe(arm?.id);
    expect(await experiments.applies("suggests")).toBe(a);
    await app.db
      .em()
      .execute(`update experiment_exposure set successes = 3 where arm_id = ?`, [arm?.id ?? ""]);
    expect(await experiments.evaluate("suggests")).toBe("withdraw-suggestion");
    expect((await experiments.find("suggests")).suggestedArmId ?? null).toBeNull();
  });

  it.each([
    ["errors", { errorsEach: 2 }, "points more errors"],
    ["latency", { responseMs: 2000 }, "% slower"],
    ["cost", { costMicros: 3000 }, "% dearer"],
  ])("a guardrail on %s stops an arm, whatever the policy", async (metric, harm, words) => {
    const role = `guard${metric}`;
    const { a, b } = await experiments.startPair(role, { policy: "off" });
    const fared = { units: 30, usesEach: 5, successesEach: 4 };
    await experiments.expose(role, { [a]: fared, [b]: { ...fared, ...harm } });
    expect(await experiments.evaluate(role)).toBe("stop-arms");
    const [, arm] = await experiments.arms(role);
    expect(arm).toMatchObject({ status: "stopped", stopReason: expect.stringContaining(words) });
    expect(await experiments.find(role)).toMatchObject({
      status: "stopped",
      reason: "no arm but control is left",
    });
    expect((await experiments.read(role)).sentence).toContain(`stopped by guardrail ${metric}: `);
  });

  it("of three arms the harmful one stops and the others go on, in a period of their own", async () => {
    const [a = "", b = "", c = ""] = await experiments.addTones("three", "a", "b", "c");
    const arms = [a, b, c].map((behavior) => ({ behavior }));
    await experiments.start({ name: "three", role: "three", arms });
    const fared = { units: 30, usesEach: 5, successesEach: 4 };
    await experiments.expose("three", { [a]: fared, [b]: fared, [c]: { ...fared, errorsEach: 3 } });
    expect(await experiments.evaluate("three")).toBe("stop-arms");
    expect(await experiments.find("three")).toMatchObject({ status: "running", period: 2 });
    expect(await experiments.evaluate("three")).toBe("nothing");
    const { table } = await experiments.read("three");
    expect(table.map(({ result }) => result)).toEqual(["control", "undecided", "stopped"]);
  });

  it("stops when the arms did not receive the shares that were planned", async () => {
    const { a, b } = await experiments.startPair("skewed");
    const fared = { usesEach: 1, successesEach: 1 };
    await experiments.expose("skewed", {
      [a]: { units: 120, ...fared },
      [b]: { units: 40, ...fared },
    });
    expect(await experiments.evaluate("skewed")).toBe("stop");
    expect((await experiments.read("skewed")).sentence).toMatch(
      /^Stopped: sample ratio, skewed_b received 25\.0 % where 50\.0 % was planned/u,
    );
  });

  it("does nothing about a winner with the policy off", async () => {
    const { a, b } = await experiments.startPair("idle", { policy: "off" });
    await experiments.expose("idle", { [a]: POOR, [b]: GOOD });
    expect(await experiments.evaluate("idle")).toBe("nothing");
    expect((await experiments.read("idle")).sentence).toMatch(/; ready to be promoted\.$/u);
  });

  it("an arm whose behavior is retired stops, and with control the experiment", async () => {
    const [a = "", b = "", c = ""] = await experiments.addTones("retiring", "a", "b", "c");
    const arms = [a, b, c].map((behavior) => ({ behavior }));
    await experiments.start({ name: "retiring", role: "retiring", arms });
    const retire = (name: string) =>
      setBehaviorStatus(experiments.scope(), name, { status: "retired", by: "ola" });
    await retire(c);
    expect(await experiments.evaluate("retiring")).toBe("stop-arms");
    expect((await experiments.arms("retiring"))[2]).toMatchObject({
      status: "stopped",
      stopReason: "retiring_c is retired",
    });
    await retire(a);
    expect(await experiments.evaluate("retiring")).toBe("stop");
    expect((await experiments.find("retiring")).reason).toBe("control: retiring_a is retired");
  });

  it("an arm whose scripts were all switched off stops, and a promoted one goes back", async () => {
    const switchOff = (name: string) =>
      app.db.em().execute(`update behavior set current_revision_id = null where name = ?`, [name]);
    const { a, b } = await experiments.startPair("broken");
    await switchOff(b);
    expect(await experiments.evaluate("broken")).toBe("stop-arms");
    expect((await experiments.arms("broken"))[1]?.stopReason).toBe(
      "no script of broken_b can be used",
    );
    expect(await experiments.find("broken")).toMatchObject({ status: "stopped" });

    await experiments.start({
      name: "breaks-later",
      role: "broken",
      arms: [
        { behavior: a },
        ...(await experiments.addTones("broken", "c")).map((behavior) => ({ behavior })),
      ],
    });
    await promoteArm(experiments.scope(), "breaks-later", { by: "ola", arm: "broken_c" });
    await switchOff("broken_c");
    expect(await experiments.evaluate("breaks-later")).toBe("roll-back");
    expect((await experiments.read("breaks-later")).sentence).toBe(
      "broken_c was rolled back to broken_a on 2026-03-10: its behavior can no longer be used.",
    );
  });

  it("keeps apart the times before and after a change of weights", async () => {
    // Each week B is as good as A; A had the good week with more weight (Simpson's paradox).
    const { a, b } = await experiments.startPair("simpson");
    await experiments.expose("simpson", {
      [a]: { units: 90, usesEach: 4, successesEach: 4 },
      [b]: { units: 90, usesEach: 1, successesEach: 1 },
    });
    await updateWeights(experiments.scope(), "simpson", {
      weights: [{ behavior: a, weight: 0.25 }],
      by: "ola",
    });
    await experiments.expose("simpson", {
      [a]: { units: 20, usesEach: 4, successesEach: 2 },
      [b]: { units: 80, usesEach: 4, successesEach: 2 },
    });
    const { table } = await experiments.read("simpson");
    expect(table[1]?.differencePoints).toBeCloseTo(0, 6);
    expect(table[1]?.result).toBe("undecided");
  });
});
