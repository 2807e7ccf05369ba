import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Agent } from "../../src/agents/agent.ts";
import { assignBehavior } from "../../src/behaviors/assignments/assign-behavior.ts";
import { BehaviorAssignment } from "../../src/behaviors/assignments/behavior-assignment.ts";
import { BehaviorRevision } from "../../src/behaviors/behavior-revision.ts";
import { Behavior } from "../../src/behaviors/behavior.ts";
import { createBehavior } from "../../src/behaviors/lifecycle/create-behavior.ts";
import { deleteBehavior } from "../../src/behaviors/lifecycle/delete-behavior.ts";
import { recordFault } from "../../src/behaviors/engine/record-fault.ts";
import { reviseBehavior } from "../../src/behaviors/lifecycle/revise-behavior.ts";
import { updateBehavior } from "../../src/behaviors/lifecycle/update-behavior.ts";
import { silentLog } from "../../src/base/log.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("operators at the same moment, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
    for (const name of ["one", "two", "three", "four"]) {
      await createBehavior(scope(), { name, role: "mentor", script: tone(name) }, "ola");
    }
  });
  afterAll(() => app.close());

  const scope = () => ({ ...app.control, em: app.db.em() });

  it("who assign to one agent both succeed: the last wins, and all are in the history", async () => {
    const { id } = await app.addAgent({ slug: "shared" });
    const names = ["one", "two", "three", "four"];
    await Promise.all(
      names.map((behavior) => assignBehavior(scope(), "shared", { behavior, by: behavior })),
    );
    const em = app.db.em();
    const history = await em.find(BehaviorAssignment, { agent: id }, { orderBy: { seq: "asc" } });
    expect(history.map(({ behaviorName }) => behaviorName).sort()).toEqual(names.toSorted());
    const open = history.filter(({ unassignedAt }) => !unassignedAt);
    expect(open).toEqual([history.at(-1)]);
    const agent = await em.findOneOrFail(Agent, id);
    expect(agent).toMatchObject({ assignmentId: open[0]?.id, behaviorId: open[0]?.behavior?.id });
    expect(agent.version).toBeGreaterThan(names.length);
  });

  it("who revise one behavior make a revision each, with numbers of their own", async () => {
    const scripts = ["a", "b", "c", "d"].map(tone);
    await Promise.all(
      scripts.map((script) => reviseBehavior(scope(), "one", { script, by: "ola" })),
    );
    const em = app.db.em();
    const revisions = await em.find(
      BehaviorRevision,
      { behavior: { name: "one" } },
      { orderBy: { number: "asc" } },
    );
    expect(revisions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    const { currentRevisionId } = await em.findOneOrFail(Behavior, { name: "one" });
    expect(currentRevisionId).toBe(revisions.at(-1)?.id);
  });

  it("who create the same behavior: one does, the other hears of the conflict", async () => {
    const create = () =>
      createBehavior(scope(), { name: "twin", role: "mentor", script: tone("x") }, "ola");
    const results = await Promise.allSettled([create(), create()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "CONFLICT" },
    });
  });

  it("who make each of two behaviors the other's parent: one does, the other is refused", async () => {
    const adopt = (name: string, parent: string) =>
      updateBehavior(scope(), name, { changes: { parent }, by: "ola" });
    const results = await Promise.allSettled([adopt("two", "three"), adopt("three", "two")]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("who assign and delete one behavior: no agent is left with a behavior that is gone", async () => {
    await app.addAgent({ slug: "orphan" });
    const [assigned, deleted] = await Promise.allSettled([
      assignBehavior(scope(), "orphan", { behavior: "four", by: "ola" }),
      deleteBehavior(scope(), "four", "ola"),
    ]);
    expect([assigned.status, deleted.status].sort()).toEqual(["fulfilled", "rejected"]);
    const em = app.db.em();
    const { behaviorId } = await em.findOneOrFail(Agent, { slug: "orphan" });
    const left = await em.findOne(Behavior, { name: "four" });
    expect(behaviorId ?? undefined).toBe(left?.id);
  });

  it("workers that hit a limit at once switch the revision off exactly once", async () => {
    const behavior = await app.addBehavior({ name: "slow", script: tone("a") });
    const first = behavior.currentRevisionId;
    const { currentRevisionId } = await app.addBehavior({ name: "slow", script: tone("b") });
    const ref = { id: behavior.id, name: "slow", revisionId: currentRevisionId ?? "" };
    const published: unknown[] = [];
    const queue = { publish: (_topic: string, payload: unknown) => void published.push(payload) };
    const fault = { outcome: "timeout", message: "too much" } as const;
    await Promise.all(
      Array.from({ length: 6 }, () =>
        recordFault({ sql: app.db.sql, log: silentLog, queue }, ref, fault),
      ),
    );
    expect(published).toHaveLength(1);
    const found = await app.db.em().findOneOrFail(Behavior, behavior.id);
    expect(found.currentRevisionId).toBe(first);
    expect(found.lastError).toMatch(/^timeout: too much/);
  });
});
