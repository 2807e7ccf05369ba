import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let door: ControlPlane;
let made = 0;

beforeAll(async () => {
  app = await openTestApp();
  door = openControlPlane(app.control);
});
afterAll(() => app.close());

const FIELDS = `name role status createdBy evolutionNotes lastError revision { number sha256 notes }`;

async function create(input: object = {}): Promise<string> {
  made += 1;
  const full = { name: `manner_${made}`, role: "mentor", script: tone("first"), ...input };
  const { createBehavior } = await door.ask<{ createBehavior: { name: string } }>(
    `mutation($input: CreateBehaviorInput!) { createBehavior(input: $input) { name } }`,
    { input: full },
  );
  return createBehavior.name;
}

const revise = (name: string, script: string, more = "") =>
  door.ask(
    `mutation($script: String!) { reviseBehavior(name: "${name}", script: $script ${more}) { ${FIELDS} } }`,
    { script },
  );

const look = async (name: string, fields: string) =>
  (
    await door.ask<{ behavior: Record<string, unknown> }>(
      `{ behavior(name: "${name}") { ${fields} } }`,
    )
  ).behavior;

describe("a behavior through its life", () => {
  it("is created with its first revision, by whom and from what", async () => {
    const parent = await create();
    const name = await create({ parent, evolutionNotes: "warmer", description: "for newcomers" });
    expect(await look(name, `${FIELDS} description parent { name }`)).toMatchObject({
      role: "mentor",
      status: "ACTIVE",
      createdBy: "ola",
      evolutionNotes: "warmer",
      description: "for newcomers",
      lastError: null,
      revision: { number: 1 },
      parent: { name: parent },
    });
  });

  it("gets a new revision by an edit, and the old one stays as it was", async () => {
    const name = await create();
    await revise(name, tone("second"), `, notes: "less stiff"`);
    const { revisions } = await look(name, "revisions { number script notes createdBy }");
    expect(revisions).toEqual([
      { number: 2, script: tone("second"), notes: "less stiff", createdBy: "ola" },
      { number: 1, script: tone("first"), notes: null, createdBy: "ola" },
    ]);
    expect(await look(name, "revision { number }")).toEqual({ revision: { number: 2 } });
  });

  it("stays as it is when the script is the current one again", async () => {
    const name = await create();
    await revise(name, tone("first"));
    expect(await look(name, "revisions { number }")).toEqual({ revisions: [{ number: 1 }] });
  });

  it("is not revised over somebody else's edit", async () => {
    const name = await create();
    await revise(name, tone("second"), ", basedOn: 1");
    await expect(revise(name, tone("third"), ", basedOn: 1")).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("revision 2, not 1"),
    });
  });

  it("is rolled back in one call, and the next edit continues the numbers", async () => {
    const name = await create();
    await revise(name, tone("second"));
    await door.ask(`mutation { rollbackBehavior(name: "${name}", to: 1) { name } }`);
    expect(await look(name, "revision { number script }")).toEqual({
      revision: { number: 1, script: tone("first") },
    });
    await revise(name, tone("third"));
    expect(await look(name, "revision { number }")).toEqual({ revision: { number: 3 } });
    await expect(
      door.ask(`mutation { rollbackBehavior(name: "${name}", to: 9) { name } }`),
    ).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("revision 9") });
  });

  it("shows the difference of two revisions as a unified diff", async () => {
    const name = await create({ script: `local a = 1\n${tone("first")}\n` });
    await revise(name, `local a = 1\n${tone("second")}\n`);
    const { diff, same } = await look(name, "diff(from: 1, to: 2) same: diff(from: 2, to: 2)");
    expect(same).toBe("");
    expect(diff).toBe(
      `--- ${name}.lua revision 1\n+++ ${name}.lua revision 2\n@@ -1,2 +1,2 @@\n local a = 1\n-${tone("first")}\n+${tone("second")}\n`,
    );
  });

  it("shows the difference of two scripts that share no line, however long they are", async () => {
    const lines = (word: string) => `--${word}\n`.repeat(9_000);
    const name = await create({ script: `${lines("a")}${tone("first")}` });
    await revise(name, `${lines("b")}${tone("second")}`);
    const { diff } = await look(name, "diff(from: 1, to: 2)");
    expect(
      String(diff)
        .split("\n")
        .filter((line) => line === "-".concat("--a")),
    ).toHaveLength(9_000);
  });

  it("has a lineage, and children", async () => {
    const first = await create();
    const second = await create({ parent: first });
    const third = await create({ parent: second });
    expect(await look(third, "lineage { name } children { name }")).toEqual({
      lineage: [{ name: second }, { name: first }],
      children: [],
    });
    expect(await look(first, "children { name }")).toEqual({ children: [{ name: second }] });
  });

  it("is refused as the parent of what it was made from, itself included", async () => {
    const first = await create();
    const second = await create({ parent: first });
    const third = await create({ parent: second });
    for (const parent of [first, second, third]) {
      await expect(
        door.ask(
          `mutation { updateBehavior(name: "${first}", input: { parent: "${parent}" }) { name } }`,
        ),
      ).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("descends") });
    }
    expect(await look(first, "parent { name }")).toEqual({ parent: null });
  });

  it("is retired and activated again", async () => {
    const name = await create();
    await door.ask(`mutation { retireBehavior(name: "${name}") { status } }`);
    expect(await look(name, "status")).toEqual({ status: "RETIRED" });
    await door.ask(`mutation { activateBehavior(name: "${name}") { status } }`);
    expect(await look(name, "status")).toEqual({ status: "ACTIVE" });
  });

  it("is deleted when nobody uses it, and its children go to its parent", async () => {
    const first = await create();
    const second = await create({ parent: first });
    const third = await create({ parent: second });
    await door.ask(`mutation { deleteBehavior(name: "${second}") }`);
    expect(await look(second, "name")).toBeNull();
    expect(await look(third, "lineage { name }")).toEqual({ lineage: [{ name: first }] });
  });

  it("is not deleted while agents use it, assigned or by role: the error lists them", async () => {
    const name = await create({ role: "poet" });
    await app.addAgent({ slug: "rhyme", role: "poet" });
    await app.addAgent({ slug: "prose" });
    await door.ask(`mutation { assignBehavior(agent: "prose", behavior: "${name}") { slug } }`);
    expect(await look(name, "agents { slug }")).toEqual({
      agents: [{ slug: "prose" }, { slug: "rhyme" }],
    });
    const refused = door.ask(`mutation { deleteBehavior(name: "${name}") }`);
    await expect(refused).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("in use by prose, rhyme"),
    });
    expect(await look(name, "name")).toEqual({ name });
  });
});
