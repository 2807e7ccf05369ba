import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { testBehaviorFiles } from "../../src/cli/commands/behaviors-test.ts";
import { runCli } from "../support/run-cli.ts";
import { tone } from "../support/scripts.ts";

const folder = mkdtempSync(join(tmpdir(), "troupe-tests-"));
afterAll(() => rmSync(folder, { recursive: true }));

const calm = [{ name: "the tone", expect: { personality: { tone: "calm" } } }];

function write(name: string, script: string, tests: unknown): string {
  writeFileSync(join(folder, `${name}.lua`), script);
  writeFileSync(join(folder, `${name}.test.json`), JSON.stringify(tests));
  return join(folder, name);
}

async function test(...files: string[]) {
  const lines: string[] = [];
  const passed = await testBehaviorFiles(files, { folder, write: (line) => lines.push(line) });
  return { passed, lines };
}

describe("behaviors test", () => {
  it("finds a script's tests beside it, by either name", async () => {
    const path = write("calm", tone("calm"), calm);
    const line = `ok      ${path}.test.json: 1 of 1 tests`;
    expect(await test(`${path}.lua`, `${path}.test.json`)).toEqual({
      passed: true,
      lines: [line, line],
    });
  });

  it("says what differed, and takes all tests of the folder where no file is named", async () => {
    const path = write("wild", tone("wild"), { tests: calm });
    const { passed, lines } = await test();
    expect(passed).toBe(false);
    expect(lines.slice(-2)).toEqual([
      `FAILED  ${path}.test.json: 0 of 1 tests`,
      `          the tone: personality.tone is "wild", not "calm"`,
    ]);
  });

  it("refuses what it cannot read", async () => {
    const path = write("torn", tone("calm"), "no tests");
    await expect(test(`${path}.lua`)).rejects.toMatchObject({ code: "INVALID" });
    await expect(test(join(folder, "missing.lua"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("passes for the samples, as a command without a server", async () => {
    const { stdout, code } = await runCli(["behaviors", "test"]);
    expect(stdout).toMatch(/^ok {6}behaviors\/night_owl\.test\.json: 3 of 3 tests$/m);
    expect(code).toBe(0);
    const failing = await runCli(["behaviors", "test", join(folder, "wild.lua")]);
    expect(failing.code).toBe(1);
  });
});
