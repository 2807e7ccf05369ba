import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let twin: TestApp;
let door: ControlPlane;
let elsewhere: ControlPlane;
beforeAll(async () => {
  [app, twin] = await Promise.all([openTestApp(), openTestApp()]);
  door = openControlPlane(app.control);
  elsewhere = openControlPlane(twin.control);
});
afterAll(() => Promise.all([app.close(), twin.close()]));

type Files = {
  behaviors: { name: string; file: string; tests: unknown }[];
  agents: { slug: string; definition: unknown }[];
  roles: { name: string; definition: unknown }[];
};
/** Agents come newest first; their order is no part of the files. */
async function exportAll(from: ControlPlane): Promise<Files> {
  const files = await from.ask<Files>(
    `{ behaviors { name file tests } agents { slug definition } roles { name definition } }`,
  );
  return { ...files, agents: files.agents.sort((a, b) => a.slug.localeCompare(b.slug)) };
}
const importBehavior = (to: ControlPlane, variables: object) =>
  to.ask<{ importBehavior: { outcome: string } }>(
    `mutation($name: String!, $file: String!, $tests: JSON, $force: Boolean) {
       importBehavior(name: $name, file: $file, tests: $tests, force: $force) { outcome behavior { revision { number } } } }`,
    variables,
  );
const importAgent = (to: ControlPlane, definition: unknown) =>
  to.ask<{ importAgent: object }>(
    `mutation($definition: JSON!) { importAgent(definition: $definition) { outcome agent { status version: behaviorAssignedAt } } }`,
    { definition },
  );
const importRole = (to: ControlPlane, definition: unknown) =>
  to.ask(`mutation($definition: JSON!) { importRole(definition: $definition) { outcome } }`, {
    definition,
  });

async function importAll(to: ControlPlane, { behaviors, agents, roles }: Files) {
  const outcomes: unknown[] = [];
  for (const { definition } of roles) outcomes.push(await importRole(to, definition));
  for (const one of behaviors) outcomes.push(await importBehavior(to, one));
  for (const { definition } of agents) outcomes.push(await importAgent(to, definition));
  return outcomes.map((data) => Object.values(data as object)[0] as { outcome: string });
}

describe("export and import", () => {
  it("what one installation exports, another imports and exports to the letter", async () => {
    for (const file of readdirSync("behaviors").filter((name) => name.endsWith(".lua"))) {
      const name = file.slice(0, -4);
      const tests = JSON.parse(readFileSync(`behaviors/${name}.test.json`, "utf8")) as unknown;
      const text = readFileSync(`behaviors/${file}`, "utf8");
      await importBehavior(door, { name, file: text, tests });
    }
    for (const role of JSON.parse(readFileSync("agents/roles.json", "utf8")) as unknown[]) {
      await importRole(door, role);
    }
    for (const slug of ["rex", "sage", "vera"]) {
      const text = readFileSync(`agents/${slug}.json`, "utf8");
      await importAgent(door, JSON.parse(text));
    }
    await importAgent(door, {
      slug: "odd",
      name: "Odd “one” 🎭",
      systemPrompt: "Line one\nline two\t\u{1F469}\u200D\u{1F680}",
      tools: [],
      memoryEnabled: false,
      improvementPolicy: "off",
      notes: "n",
      avatar: "https://example.com/odd.png",
    });
    await importRole(door, {
      name: "muse",
      tools: [],
      improvementPolicy: "auto",
      personality: { interests: ["art"] },
    });
    const exported = await exportAll(door);
    await importAll(elsewhere, exported);
    expect(await exportAll(elsewhere)).toEqual(exported);
    for (const { name, file } of exported.behaviors) {
      expect(file).toBe(readFileSync(`behaviors/${name}.lua`, "utf8"));
    }
    const sage = exported.agents.find(({ slug }) => slug === "sage");
    expect(sage?.definition).toEqual(JSON.parse(readFileSync("agents/sage.json", "utf8")));
  });

  it("what is imported where it came from changes nothing", async () => {
    const outcomes = await importAll(door, await exportAll(door));
    expect(outcomes.filter(({ outcome }) => outcome !== "UNCHANGED")).toEqual([]);
  });

  it("another script is a revision, another comment line is none", async () => {
    const file = `-- @role poet\n-- @status draft\n${tone("calm")}`;
    expect(await importBehavior(door, { name: "moving", file })).toMatchObject({
      importBehavior: { outcome: "CREATED", behavior: { revision: { number: 1 } } },
    });
    await door.ask(
      `mutation { updateBehavior(name: "moving", input: { role: "dancer" }) { name } }`,
    );
    const { behavior } = await door.ask<{ behavior: { file: string } }>(
      `{ behavior(name: "moving") { file } }`,
    );
    expect(behavior.file).toBe(`-- @role dancer\n-- @status draft\n${tone("calm")}`);
    expect(await importBehavior(door, { name: "moving", file })).toMatchObject({
      importBehavior: { outcome: "CHANGED", behavior: { revision: { number: 1 } } },
    });
    expect(await importBehavior(door, { name: "moving", file: tone("wild") })).toMatchObject({
      importBehavior: { outcome: "CHANGED", behavior: { revision: { number: 2 } } },
    });
    const { behavior: after } = await door.ask<{ behavior: object }>(
      `{ behavior(name: "moving") { role status } }`,
    );
    expect(after).toEqual({ role: "generalist", status: "DRAFT" });
  });

  it("what fails its check or its tests is refused, and nothing is stored", async () => {
    const tests = [{ name: "tone", expect: { personality: { tone: "calm" } } }];
    const refused = [
      { name: "bad_one", file: "return {" },
      { name: "bad_one", file: tone("wild"), tests },
      { name: "Bad Name", file: tone("calm") },
      { name: "bad_one", file: `-- @role Not a role\n${tone("calm")}` },
    ];
    for (const given of refused) {
      await expect(importBehavior(door, given)).rejects.toMatchObject({ code: "INVALID" });
    }
    expect(await door.ask(`{ behavior(name: "bad_one") { name } }`)).toEqual({ behavior: null });
    await importBehavior(door, { name: "bad_one", file: tone("wild"), tests, force: true });
  });

  it("an agent becomes what its file says; its status and history stay", async () => {
    await importAgent(door, {
      slug: "actor",
      name: "Actor",
      systemPrompt: "Act.",
      notes: "old",
      behavior: "moving",
    });
    await door.ask(`mutation { pauseAgent(slug: "actor") { slug } }`);
    expect(
      await importAgent(door, { slug: "actor", name: "Player", systemPrompt: "Play." }),
    ).toMatchObject({
      importAgent: { outcome: "CHANGED", agent: { status: "PAUSED" } },
    });
    const { agent } = await door.ask<{ agent: object }>(
      `{ agent(slug: "actor") { definition behavior { name } assignments { behaviorName unassignedAt } } }`,
    );
    expect(agent).toMatchObject({
      definition: { slug: "actor", name: "Player", role: "generalist", systemPrompt: "Play." },
      behavior: null,
      assignments: [{ behaviorName: "moving", unassignedAt: expect.any(String) }],
    });
  });

  it.each([[null], [7], [[]], ["x"], [{}], [{ slug: "Not A Slug", name: "x", systemPrompt: "y" }]])(
    "a definition that is none is refused: %j",
    async (definition) => {
      await expect(importAgent(door, definition)).rejects.toMatchObject({ code: "INVALID" });
      await expect(importRole(door, definition)).rejects.toMatchObject({ code: "INVALID" });
    },
  );
});
