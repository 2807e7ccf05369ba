import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parseBehaviorFile } from "../../src/behaviors/files/behavior-file.ts";
import { checkBehavior } from "../../src/behaviors/check/check-behavior.ts";
import { parseBehaviorTests } from "../../src/behaviors/tests/behavior-test.ts";
import { runBehaviorTests } from "../../src/behaviors/tests/run-behavior-tests.ts";
import { createLuaSandbox, type LuaSandbox } from "../../src/lua/sandbox.ts";
import { createToolbox } from "../../src/tools/toolbox.ts";

const files = readdirSync("behaviors").filter((name) => name.endsWith(".lua"));
const readFile = (name: string) =>
  parseBehaviorFile(name, readFileSync(`behaviors/${name}`, "utf8"));

let sandbox: LuaSandbox;
beforeAll(async () => {
  sandbox = await createLuaSandbox();
});

describe("every sample behavior", () => {
  it.each(files)("%s is sound", (file) => {
    const { name, script, role } = readFile(file);
    const scope = { sandbox, toolNames: [...createToolbox().keys()] };
    expect(checkBehavior(scope, { name, script, role })).toMatchObject({ ok: true, warnings: [] });
  });

  const own = files.filter(
    (file) => !/context_aware|formal_architect|friendly_code_reviewer/.test(file),
  );
  it("are at least eight beyond the three of the design", () => {
    expect(own.length).toBeGreaterThanOrEqual(8);
  });

  it.each(own)("%s says what it is for, and applies only where it is assigned", (file) => {
    const { description, role, status } = readFile(file);
    expect(description).toMatch(/^For .{40,}\.$/);
    expect(role).toMatch(/^[a-z_]+$/);
    expect(status).toBe("draft");
  });
});

describe("what the samples decide", () => {
  it.each(files)("%s passes the tests beside it, of which there are at least two", (file) => {
    const { name, role, script } = readFile(file);
    const path = `behaviors/${name}.test.json`;
    const tests = parseBehaviorTests(JSON.parse(readFileSync(path, "utf8")));
    expect(tests.length).toBeGreaterThanOrEqual(2);
    const results = runBehaviorTests({ sandbox }, { name, role, script }, tests);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });
});
