import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { chooseArm } from "../../src/experiments/running/choose-arm.ts";
import type { RunningExperiment } from "../../src/experiments/running/running-experiment.ts";
import type { Sql } from "../../src/store/sql.ts";

/** A database that knows of no exposure, and counts how often it was asked. */
function noExposures() {
  let asked = 0;
  const answer = () => {
    asked += 1;
    return Promise.resolve([]);
  };
  const sql: Sql = { rows: answer, gathered: answer };
  return { sql, asked: () => asked };
}

function experimentOf(weights: number[], more: Partial<RunningExperiment> = {}): RunningExperiment {
  return {
    id: "0193d0a2-0000-7000-8000-000000000001",
    unit: "person",
    allocation: "fixed",
    period: 1,
    costCapMicros: 1_000_000,
    promotedArmId: null,
    share: null,
    roomId: "a-room",
    arms: weights.map((weight, at) => ({
      id: `arm-${at}`,
      weight,
      isControl: at === 0,
      uses: 0,
      successes: 0,
      behavior: { id: `b${at}`, name: `b${at}`, revisionId: `r${at}` },
    })),
    ...more,
  };
}

const PEOPLE = Array.from({ length: 400 }, (_, at) => `person-${at}`);

async function armsOf(
  experiment: RunningExperiment,
  people = PEOPLE,
): Promise<(string | undefined)[]> {
  const scope = noExposures();
  return Promise.all(
    people.map(async (personId) => {
      const found = await chooseArm(scope, experiment, { personId, conversationId: "c" });
      return found?.chosen.armId;
    }),
  );
}

const weightsOf = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 5 });

describe("the arm of a person", () => {
  it("is chosen without asking the database, and names behavior, period and unit", async () => {
    const scope = noExposures();
    const found = await chooseArm(scope, experimentOf([1, 1], { period: 3 }), {
      personId: "ana",
      conversationId: "c",
    });
    expect(found?.chosen).toMatchObject({ period: 3, unitId: "ana" });
    expect(found?.behavior?.id).toBe(found?.chosen.armId.replace("arm-", "b"));
    expect(scope.asked()).toBe(0);
  });

  it("stays with everybody whom a change of weights does not have to move (a law)", async () => {
    const change = fc.tuple(weightsOf, fc.nat(4), fc.integer({ min: 1, max: 20 }));
    const property = fc.asyncProperty(change, async ([weights, at, next]) => {
      const changed = at % weights.length;
      const before = await armsOf(experimentOf(weights));
      const after = await armsOf(experimentOf(weights.with(changed, next)));
      const isRaised = next > (weights[changed] ?? 0);
      const moved = before.flatMap((arm, person) => (arm === after[person] ? [] : [person]));
      return moved.every((person) => (isRaised ? after : before)[person] === `arm-${changed}`);
    });
    const { failed, counterexample } = await fc.check(property, { numRuns: 20 });
    expect({ failed, counterexample }).toEqual({ failed: false, counterexample: null });
  });

  it("moves only the people of an arm that is stopped", async () => {
    const all = experimentOf([1, 1, 1]);
    const before = await armsOf(all);
    const after = await armsOf({ ...all, arms: all.arms?.slice(0, 2) ?? null });
    const kept = before.map((arm, person) => (arm === "arm-2" ? after[person] : arm));
    expect(after).toEqual(kept);
    expect(after).not.toContain("arm-2");
  });

  it("changes from control to the promoted arm once, as the share grows", async () => {
    const shares = [0.05, 0.2, 0.5, 1];
    const steps = await Promise.all(
      shares.map((share) => armsOf(experimentOf([1, 1], { share, promotedArmId: "arm-1" }))),
    );
    const counts = steps.map((arms) => arms.filter((arm) => arm === "arm-1").length);
    expect(counts.at(-1)).toBe(PEOPLE.length);
    for (const person of PEOPLE.keys()) {
      const seen = steps.map((arms) => arms[person]);
      expect(seen.join()).toMatch(/^(arm-0,?)*(arm-1,?)*$/);
    }
    expect((counts[1] ?? 0) / PEOPLE.length).toBeCloseTo(0.2, 1);
  });

  it("drawn by the bandit is the same for two first turns at once", async () => {
    const bandit = experimentOf([1, 1, 1], { allocation: "thompson" });
    expect(await armsOf(bandit)).toEqual(await armsOf(bandit));
    expect(new Set(await armsOf(bandit)).size).toBe(3);
  });

  it.each([
    ["no arm is left", { arms: null }],
    ["no arm has a weight", experimentOf([0, 0])],
    ["the promoted arm is gone", { share: 1, promotedArmId: "gone" }],
  ])("is none where %s: what was there before applies", async (_why, more) => {
    const found = await armsOf({ ...experimentOf([1, 1]), ...more }, ["ana"]);
    expect(found).toEqual([undefined]);
  });

  it("is none where nobody asked, as when the message was deleted", async () => {
    const asking = { personId: undefined, conversationId: "c" };
    expect(await chooseArm(noExposures(), experimentOf([1, 1]), asking)).toBeUndefined();
  });
});
