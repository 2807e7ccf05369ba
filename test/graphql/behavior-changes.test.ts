import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let other: TestApp;
let door: ControlPlane;
let elsewhere: ControlPlane;

beforeAll(async () => {
  app = await openTestApp();
  other = await app.join();
  door = openControlPlane(app.control);
  elsewhere = openControlPlane(other.control);
});
afterAll(() => app.close());

const create = (name: string) =>
  door.ask(
    `mutation($script: String!) { createBehavior(input: { name: "${name}", role: "mentor", script: $script }) { name } }`,
    { script: tone("x") },
  );

async function take(events: AsyncIterator<Record<string, unknown>>, count: number) {
  const taken = [];
  while (taken.length < count) taken.push((await events.next()).value.behaviorChanges);
  return taken;
}

describe("behaviorChanges", () => {
  it("tells every process what was done to a behavior, in order", async () => {
    const events = await elsewhere.watch(
      `subscription { behaviorChanges(behavior: "told") { kind behaviorName revision by behavior { status } } }`,
    );
    await create("told");
    await create("untold");
    await door.ask(
      `mutation($script: String!) { reviseBehavior(name: "told", script: $script) { name } }`,
      { script: tone("y") },
    );
    await door.ask(`mutation { rollbackBehavior(name: "told", to: 1) { name } }`);
    await door.ask(`mutation { retireBehavior(name: "told") { name } }`);
    const told = { behaviorName: "told", by: "ola" };
    expect(await take(events, 4)).toMatchObject([
      { ...told, kind: "CREATED", revision: 1 },
      { ...told, kind: "REVISED", revision: 2 },
      { ...told, kind: "ROLLED_BACK", revision: 1 },
      { ...told, kind: "RETIRED", revision: null },
    ]);
  });

  it("hot_reload_behavior: tells of the assignment with its reason, and the next turn uses it", async () => {
    await create("hot");
    await app.addAgent({ slug: "runner" });
    const events = await elsewhere.watch(
      `subscription { behaviorChanges(agent: "runner") { kind reason behaviorName agent { slug behavior { name } } } }`,
    );
    await door.ask(
      `mutation { hotReloadBehavior(agent: "runner", behavior: "hot") { behavior { name } } }`,
    );
    expect(await take(events, 1)).toEqual([
      {
        kind: "ASSIGNED",
        reason: "hot_reload",
        behaviorName: "hot",
        agent: { slug: "runner", behavior: { name: "hot" } },
      },
    ]);
    await other.work();
    const turn = await app.ask("track", "Ana", "@runner go");
    const [behave] = await app.stepsOf(turn.id, "behave");
    expect(behave?.name).toBe("hot");
    const { agent } = await door.ask<{ agent: object }>(
      `{ agent(slug: "runner") { assignments { reason } } }`,
    );
    expect(agent).toEqual({ assignments: [{ reason: "HOT_RELOAD" }] });
  });

  it("shows with each event what holds by then, not what an earlier one has read", async () => {
    await create("first");
    await create("second");
    await app.addAgent({ slug: "counted" });
    const events = await elsewhere.watch(
      `subscription { behaviorChanges(agent: "counted") { agent { tasksCompleted description behavior { name revision } } } }`,
    );
    const assign = (behavior: string) =>
      door.ask(
        `mutation { hotReloadBehavior(agent: "counted", behavior: "${behavior}") { slug } }`,
      );
    await assign("first");
    expect(await take(events, 1)).toEqual([
      { agent: { tasksCompleted: 0, description: "", behavior: { name: "first", revision: 1 } } },
    ]);
    await app.ask("track", "Ana", "@counted go");
    await door.ask(
      `mutation { updateAgent(slug: "counted", input: { description: "new" }) { slug } }`,
    );
    await door.ask(
      `mutation($script: String!) { reviseBehavior(name: "first", script: $script) { name } }`,
      { script: tone("y") },
    );
    await assign("second");
    await take(events, 1);
    await assign("first");
    expect(await take(events, 1)).toEqual([
      {
        agent: { tasksCompleted: 1, description: "new", behavior: { name: "first", revision: 2 } },
      },
    ]);
  });

  it("tells nothing of a change that was refused", async () => {
    const events = await elsewhere.watch(`subscription { behaviorChanges { kind behaviorName } }`);
    await expect(create("hot")).rejects.toMatchObject({ code: "CONFLICT" });
    await create("after");
    expect(await take(events, 1)).toEqual([{ kind: "CREATED", behaviorName: "after" }]);
  });
});
