import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let door: ControlPlane;
beforeAll(async () => {
  app = await openTestApp();
  door = openControlPlane(app.control);
});
afterAll(() => app.close());

const expects = (wanted: string) => [
  { name: "the tone", expect: { personality: { tone: wanted } } },
];

const create = (name: string, tests: unknown) =>
  door.ask(
    `mutation($script: String!, $tests: JSON) { createBehavior(input: { name: "${name}", role: "tested", draft: true, script: $script, tests: $tests }) { name } }`,
    { script: tone("calm"), tests },
  );
const revise = (name: string, script: string, more: object = {}) =>
  door.ask(
    `mutation($script: String!, $tests: JSON, $force: Boolean) { reviseBehavior(name: "${name}", script: $script, tests: $tests, force: $force) { revision { number } } }`,
    { script, ...more },
  );
const setTests = (name: string, tests: unknown, force = false) =>
  door.ask(
    `mutation($tests: JSON) { setBehaviorTests(name: "${name}", tests: $tests, force: ${force}) { tests } }`,
    { tests },
  );
const results = async (name: string) =>
  (
    await door.ask<{ behavior: object }>(
      `{ behavior(name: "${name}") { revision { number } testResults { name ok problems } } }`,
    )
  ).behavior;

describe("behavior tests through GraphQL", () => {
  it("are stored with a behavior, and run when it is asked", async () => {
    await create("kept", expects("calm"));
    expect(await results("kept")).toEqual({
      revision: { number: 1 },
      testResults: [{ name: "the tone", ok: true, problems: [] }],
    });
  });

  it("a new behavior whose tests fail is refused, and nothing is stored", async () => {
    await expect(create("failing", expects("wild"))).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringMatching(
        /fails 1 of its 1 tests: "the tone": personality\.tone is "calm"/,
      ),
    });
    await expect(create("unreadable", { nonsense: true })).rejects.toMatchObject({
      code: "INVALID",
    });
    expect(
      await door.ask(
        `{ a: behavior(name: "failing") { name } b: behavior(name: "unreadable") { name } }`,
      ),
    ).toEqual({ a: null, b: null });
  });

  it("a revision that fails the stored tests is refused unless it is forced", async () => {
    await create("guarded", expects("calm"));
    await expect(revise("guarded", tone("wild"))).rejects.toMatchObject({ code: "INVALID" });
    expect(await results("guarded")).toMatchObject({ revision: { number: 1 } });
    await revise("guarded", tone("wild"), { force: true });
    expect(await results("guarded")).toMatchObject({
      revision: { number: 2 },
      testResults: [{ ok: false, problems: ['personality.tone is "wild", not "calm"'] }],
    });
  });

  it("a revision may bring its new tests along", async () => {
    await create("moving", expects("calm"));
    await revise("moving", tone("wild"), { tests: expects("wild") });
    expect(await results("moving")).toMatchObject({ testResults: [{ ok: true }] });
    await expect(revise("moving", tone("mild"), { tests: expects("calm") })).rejects.toMatchObject({
      code: "INVALID",
    });
    expect(await results("moving")).toMatchObject({ revision: { number: 2 } });
  });

  it("a rollback is never refused: it is the way out", async () => {
    await create("rolled", null);
    await revise("rolled", tone("wild"));
    await setTests("rolled", expects("wild"));
    await door.ask(`mutation { rollbackBehavior(name: "rolled", to: 1) { name } }`);
    expect(await results("rolled")).toMatchObject({ testResults: [{ ok: false }] });
  });

  it("tests that the current revision fails are refused unless they are forced; null removes them", async () => {
    await create("retested", null);
    await expect(setTests("retested", expects("wild"))).rejects.toMatchObject({ code: "INVALID" });
    await setTests("retested", expects("wild"), true);
    expect(await results("retested")).toMatchObject({ testResults: [{ ok: false }] });
    expect(await setTests("retested", null)).toEqual({ setBehaviorTests: { tests: null } });
    expect(await results("retested")).toMatchObject({ testResults: [] });
  });

  it("can be tried with another script or other tests, which stores neither", async () => {
    await create("tried", expects("calm"));
    const ask = `query($tests: JSON, $script: String) { testBehavior(name: "tried", script: $script, tests: $tests) { ok } }`;
    expect(await door.ask(ask, { script: tone("wild") })).toEqual({
      testBehavior: [{ ok: false }],
    });
    expect(await door.ask(ask, { tests: expects("wild") })).toEqual({
      testBehavior: [{ ok: false }],
    });
    expect(await door.ask(ask)).toEqual({ testBehavior: [{ ok: true }] });
  });

  it("a file that fails the stored tests is taken in all the same, and it can be seen", async () => {
    await app.addBehavior({ name: "on_disk", script: tone("calm") });
    await setTests("on_disk", expects("calm"));
    await app.addBehavior({ name: "on_disk", script: tone("wild") });
    expect(await results("on_disk")).toMatchObject({
      revision: { number: 2 },
      testResults: [{ ok: false }],
    });
  });
});
