import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BehaviorRevision } from "../../../src/behaviors/behavior-revision.ts";
import { Behavior } from "../../../src/behaviors/behavior.ts";
import { watchBehaviorFiles } from "../../../src/behaviors/files/watch-behavior-files.ts";
import { createLuaSandbox, type LuaSandbox } from "../../../src/lua/sandbox.ts";
import { createRecordedLog } from "../../support/recorded-log.ts";
import { quickSize, type TestDatabase } from "../../support/test-database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let sandbox: LuaSandbox;
beforeAll(async () => {
  database = await (await quickSize()).open();
  sandbox = await createLuaSandbox();
});
afterAll(() => database.drop());

let folder = "";
let stop: (() => Promise<void>) | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "troupe-behaviors-"));
});
afterEach(async () => {
  await stop?.();
  stop = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, script: string) => writeFileSync(join(folder, `${name}.lua`), script);
const scriptOf = async (name: string) => {
  const behavior = await database.db.em().findOne(Behavior, { name });
  if (!behavior?.currentRevisionId) return undefined;
  return (await database.db.em().findOneOrFail(BehaviorRevision, behavior.currentRevisionId))
    .script;
};

describe("watching a folder of behavior files", () => {
  const log = createRecordedLog();
  const watch = async (em = database.db.em) => {
    stop = await watchBehaviorFiles({ em, sandbox, log }, folder);
  };

  it("loads what is there, and nothing but Lua files", async () => {
    write("there", "return { 1 }");
    writeFileSync(join(folder, "notes.txt"), "no script");
    mkdirSync(join(folder, "folder.lua"));
    await watch();
    expect(await scriptOf("there")).toBe("return { 1 }");
    expect(await scriptOf("notes")).toBeUndefined();
    expect(await scriptOf("folder")).toBeUndefined();
  });

  it("loads a file that is changed, added, or put in the place of another", async () => {
    write("edited", "return { 1 }");
    await watch();
    write("edited", "return { 2 }");
    write("added", "return { 3 }");
    await until(async () => (await scriptOf("edited")) === "return { 2 }");
    await until(async () => (await scriptOf("added")) === "return { 3 }");
    // As editors save: a new file beside it, then a rename.
    writeFileSync(join(folder, "edited.lua~"), "return { 4 }");
    renameSync(join(folder, "edited.lua~"), join(folder, "edited.lua"));
    await until(async () => (await scriptOf("edited")) === "return { 4 }");
    const { id } = await database.db.em().findOneOrFail(Behavior, { name: "edited" });
    expect(await database.db.em().count(BehaviorRevision, { behavior: id })).toBe(3);
  });

  it("takes a file that is empty for one that is just being written", async () => {
    write("saved", "return { 1 }");
    write("begun", "");
    await watch();
    write("saved", "");
    // Read after it in the same look, or in a later one.
    write("witness", "return { 2 }");
    await until(async () => (await scriptOf("witness")) === "return { 2 }");
    expect(await scriptOf("saved")).toBe("return { 1 }");
    expect(await database.db.em().count(Behavior, { name: "begun" })).toBe(0);
    write("saved", "return { 3 }");
    await until(async () => (await scriptOf("saved")) === "return { 3 }");
    const { id } = await database.db.em().findOneOrFail(Behavior, { name: "saved" });
    expect(await database.db.em().count(BehaviorRevision, { behavior: id })).toBe(2);
  });

  it("goes on after a broken file, and tells the log", async () => {
    write("aa_broken", "return {{{");
    write("zz_fine", "return { 1 }");
    log.lines.length = 0;
    await watch();
    expect(await scriptOf("zz_fine")).toBe("return { 1 }");
    expect(log.lines).toContainEqual({
      level: "warn",
      fields: { file: "aa_broken.lua" },
      message: "behavior file rejected",
    });
  });

  it("loads a file later that the database could not take at first", async () => {
    await watch(() => {
      if (isAway) throw new Error("the database is away");
      return database.db.em();
    });
    let isAway = true;
    log.lines.length = 0;
    write("patient", "return { 1 }");
    await until(() => log.lines.length > 0);
    isAway = false;
    write("another", "return { 2 }");
    await until(async () => (await scriptOf("patient")) === "return { 1 }");
    expect(await scriptOf("patient")).toBe("return { 1 }");
  });

  it("takes a folder that is not there for an empty one", async () => {
    const gone = await watchBehaviorFiles(
      { em: database.db.em, sandbox, log },
      join(folder, "nowhere"),
    );
    await expect(gone()).resolves.toBeUndefined();
  });

  it("stops when it is told to", async () => {
    write("stopped", "return { 1 }");
    await watch();
    await stop?.();
    write("stopped", "return { 2 }");
    expect(await scriptOf("stopped")).toBe("return { 1 }");
  });
});
