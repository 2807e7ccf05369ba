import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseBehaviorFile } from "../../../src/behaviors/files/behavior-file.ts";
import { BehaviorRevision } from "../../../src/behaviors/behavior-revision.ts";
import { Behavior } from "../../../src/behaviors/behavior.ts";
import {
  type LoadedFile,
  loadBehaviorFile,
} from "../../../src/behaviors/files/load-behavior-file.ts";
import { createLuaSandbox, type LuaSandbox } from "../../../src/lua/sandbox.ts";
import { type TestDatabase, testSizes } from "../../support/test-database.ts";

const sizes = await testSizes();

describe("a behavior file", () => {
  it("says its role and description in comments, and its name by its own", () => {
    const script = `-- @role code_developer\n-- @description Reviews code kindly.\nreturn {}`;
    expect(parseBehaviorFile("/some/where/kind_reviewer.lua", script)).toMatchObject({
      name: "kind_reviewer",
      role: "code_developer",
      description: "Reviews code kindly.",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each(["return {}", "x = 1 -- @role nobody", "-- @roles x", "--@role"])(
    "is for generalists where %j says nothing else",
    (script) => {
      expect(parseBehaviorFile("a.lua", script)).toMatchObject({
        role: "generalist",
        description: "",
      });
    },
  );
});

describe.each(sizes)("taking in behavior files, on $name", (size) => {
  let database: TestDatabase;
  let sandbox: LuaSandbox;
  beforeAll(async () => {
    database = await size.open();
    sandbox = await createLuaSandbox();
  });
  afterAll(() => database.drop());

  const load = (name: string, script: string): Promise<LoadedFile> =>
    loadBehaviorFile({ em: database.db.em(), sandbox }, parseBehaviorFile(`${name}.lua`, script));
  const read = (name: string) => database.db.em().findOneOrFail(Behavior, { name });
  const scripts = async (name: string) => {
    const behavior = await read(name);
    const revisions = await database.db
      .em()
      .find(BehaviorRevision, { behavior: behavior.id }, { orderBy: { number: "asc" } });
    const current = revisions.find(({ id }) => id === behavior.currentRevisionId);
    return {
      all: revisions.map(({ number, script }) => `${number} ${script}`),
      current: current?.number,
    };
  };

  it("makes a behavior with its first revision", async () => {
    expect(await load("first", "return { 1 }")).toBe("loaded");
    expect(await scripts("first")).toEqual({ all: ["1 return { 1 }"], current: 1 });
    expect(await read("first")).toMatchObject({ status: "active", lastError: null });
  });

  it("leaves an unchanged file alone", async () => {
    await load("same", "return { 1 }");
    expect(await load("same", "return { 1 }")).toBe("unchanged");
    expect((await scripts("same")).all).toHaveLength(1);
  });

  it("makes a revision of every change, also of one that goes back", async () => {
    for (const script of ["return { 1 }", "return { 2 }", "return { 1 }"]) {
      expect(await load("changing", script)).toBe("loaded");
    }
    expect(await scripts("changing")).toEqual({
      all: ["1 return { 1 }", "2 return { 2 }", "3 return { 1 }"],
      current: 3,
    });
  });

  it("keeps the last good script of a broken file, and says what is wrong with its line", async () => {
    await load("broken", "return { 1 }");
    expect(await load("broken", "local x = 1\nreturn {{{")).toBe("rejected");
    expect(await scripts("broken")).toMatchObject({ all: ["1 return { 1 }"], current: 1 });
    expect(await read("broken")).toMatchObject({
      lastError: expect.stringMatching(/^rejected \(line 2\): broken:2: /),
      lastErrorAt: expect.any(Date),
    });
    expect(await load("broken", "return { 3 }")).toBe("loaded");
    expect(await read("broken")).toMatchObject({ lastError: null, lastErrorAt: null });
  });

  it("knows a file that was broken from the beginning, without a revision", async () => {
    expect(await load("never", "return {{{")).toBe("rejected");
    expect(await read("never")).toMatchObject({ currentRevisionId: null });
    expect(await load("never", "return {{{")).toBe("unchanged");
  });

  it("does not undo, at a restart, a change that was made elsewhere", async () => {
    await load("elsewhere", "return { 1 }");
    const em = database.db.em();
    const behavior = await em.findOneOrFail(Behavior, { name: "elsewhere" });
    const revision = em.create(BehaviorRevision, {
      behavior,
      number: 2,
      script: "return { 2 }",
      sha256: "",
      createdBy: "operator",
    });
    behavior.currentRevisionId = revision.id;
    await em.flush();
    expect(await load("elsewhere", "return { 1 }")).toBe("unchanged");
    expect((await scripts("elsewhere")).current).toBe(2);
    expect(await load("elsewhere", "return { 3 }")).toBe("loaded");
    expect((await scripts("elsewhere")).current).toBe(3);
  });

  it("takes over a changed role and description", async () => {
    await load("moved", "-- @role one\nreturn {}");
    await load("moved", "-- @role two\n-- @description Better.\nreturn {}");
    expect(await read("moved")).toMatchObject({ role: "two", description: "Better." });
  });

  it("makes one revision of a file that several processes read at once", async () => {
    const loads = await Promise.all(
      Array.from({ length: 5 }, () => load("shared", "return { 1 }")),
    );
    expect(loads.filter((loaded) => loaded === "loaded")).toHaveLength(1);
    expect((await scripts("shared")).all).toHaveLength(1);
  });

  it.each([
    ["a NUL in a comment", "-- a\0b\nreturn {}"],
    ["a NUL in a text", 'return { "a\0b" }'],
    ["a NUL in its role", "-- @role a\0b\nreturn {}"],
    ["no Lua at all", "\x7fELF\0\0\0"],
    ["half a surrogate pair", "-- \ud83d\nreturn {}"],
    ["nothing", ""],
    ["a megabyte", `-- ${"x".repeat(1_000_000)}\nreturn {}`],
  ])("survives a file with %s", async (what, script) => {
    const name = what.replaceAll(" ", "_");
    expect(["loaded", "rejected"]).toContain(await load(name, script));
    expect(await load(name, script)).toBe("unchanged");
  });
});
