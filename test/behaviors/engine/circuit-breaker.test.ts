import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BehaviorRevision } from "../../../src/behaviors/behavior-revision.ts";
import { behaviorRunOf } from "../../support/behavior-run.ts";
import { type ControlPlane, openControlPlane } from "../../support/control-plane.ts";
import { tone } from "../../support/scripts.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const LOOP = "while true do end";
// Sound in every situation of the check, and endless in this one.
const TRAP = `if context.task_description:find("trap") then while true do end end ${tone("trap")}`;
const BOMB = `if context.task_description:find("trap") then
  local s = "x" while true do s = s .. s end end ${tone("bomb")}`;

let app: TestApp;
let door: ControlPlane;

beforeAll(async () => {
  app = await openTestApp();
  await app.work();
  door = openControlPlane(app.control);
});
afterAll(() => app.close());

/** A behavior with these revisions, assigned to an agent of the same name. */
async function prepare(name: string, ...scripts: string[]) {
  await app.addAgent({ slug: name });
  for (const script of scripts) await app.addBehavior({ name, script });
  await door.ask(`mutation { assignBehavior(agent: "${name}", behavior: "${name}") { slug } }`);
}

/** The tone of the answer's behavior, or how its run ended. */
async function ask(slug: string, text = "mind the trap"): Promise<string> {
  const turn = await app.ask(slug, "Ana", `@${slug} ${text}`);
  expect(turn.status).toBe("done");
  const run = await behaviorRunOf(app, turn.id);
  return run.outcome === "ok" ? run.config.personality.tone : run.outcome;
}

const look = async (name: string) =>
  (
    await door.ask<{ behavior: object }>(
      `{ behavior(name: "${name}") { lastError revision { number } revisions { number limitHits switchedOffAt } } }`,
    )
  ).behavior;

describe("a revision that keeps using up its limits", () => {
  it("is switched off at the third time, and the revision before it applies", async () => {
    await prepare("looper", tone("good"), TRAP);
    const changes = await door.watch(
      `subscription { behaviorChanges { kind behaviorName revision by } }`,
    );
    expect(await ask("looper")).toBe("timeout");
    expect(await ask("looper", "hello")).toBe("trap");
    expect(await ask("looper")).toBe("timeout");
    expect(await look("looper")).toMatchObject({ revision: { number: 2 } });
    expect(await ask("looper")).toBe("timeout");
    expect(await look("looper")).toEqual({
      lastError: expect.stringMatching(
        /^timeout.*; revision 2 was switched off after 3 such runs, revision 1 applies$/,
      ),
      revision: { number: 1 },
      revisions: [
        { number: 2, limitHits: 3, switchedOffAt: expect.any(String) },
        { number: 1, limitHits: 0, switchedOffAt: null },
      ],
    });
    expect(await ask("looper")).toBe("good");
    const { value } = await changes.next();
    expect(value).toEqual({
      behaviorChanges: { kind: "SWITCHED_OFF", behaviorName: "looper", revision: 1, by: "system" },
    });
  });

  it("passes over earlier ones that are switched off too, down to the default", async () => {
    await prepare("doomed", LOOP, TRAP, BOMB);
    for (let i = 0; i < 3; i++) expect(await ask("doomed")).toBe("memory");
    for (let i = 0; i < 3; i++) expect(await ask("doomed")).toBe("timeout");
    for (let i = 0; i < 3; i++) expect(await ask("doomed", "hello")).toBe("timeout");
    expect(await look("doomed")).toMatchObject({
      lastError: expect.stringContaining("the default applies"),
      revision: null,
    });
    expect(await ask("doomed")).toBe("default");
  });

  it("is left alone for other errors: they cost nothing", async () => {
    await prepare("clumsy", "error('oops')");
    for (let i = 0; i < 4; i++) expect(await ask("clumsy")).toBe("error");
    expect(await look("clumsy")).toMatchObject({ revision: { number: 1 } });
  });

  it("begins anew when it is restored", async () => {
    await prepare("second-chance", tone("good"), TRAP);
    for (let i = 0; i < 3; i++) await ask("second-chance");
    await door.ask(`mutation { restoreBehavior(name: "second-chance") { name } }`);
    expect(await look("second-chance")).toEqual({
      lastError: null,
      revision: { number: 2 },
      revisions: [
        { number: 2, limitHits: 0, switchedOffAt: null },
        { number: 1, limitHits: 0, switchedOffAt: null },
      ],
    });
    for (let i = 0; i < 2; i++) expect(await ask("second-chance")).toBe("timeout");
    expect(await look("second-chance")).toMatchObject({ revision: { number: 2 } });
    await expect(
      door.ask(`mutation { restoreBehavior(name: "second-chance") { name } }`),
    ).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("makes way for a new revision, which begins at none", async () => {
    await prepare("mended", tone("good"), TRAP);
    for (let i = 0; i < 3; i++) await ask("mended");
    await door.ask(
      `mutation($script: String!) { reviseBehavior(name: "mended", script: $script) { name } }`,
      { script: tone("better") },
    );
    expect(await ask("mended")).toBe("better");
  });

  it("begins anew when an operator rolls back to it", async () => {
    await prepare("stubborn", tone("good"), TRAP);
    for (let i = 0; i < 3; i++) await ask("stubborn");
    await door.ask(`mutation { rollbackBehavior(name: "stubborn", to: 2) { name } }`);
    const revision = await app.db.em().findOneOrFail(BehaviorRevision, {
      behavior: { name: "stubborn" },
      number: 2,
    });
    expect(revision).toMatchObject({ limitHits: 0, switchedOffAt: null });
    expect(await ask("stubborn")).toBe("timeout");
  });
});
