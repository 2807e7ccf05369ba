import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkBehaviorFiles } from "../../src/cli/commands/behaviors-check.ts";
import { tone } from "../support/scripts.ts";

const folder = mkdtempSync(join(tmpdir(), "troupe-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

function writeScript(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function check(...files: string[]) {
  const lines: string[] = [];
  const sound = await checkBehaviorFiles(files, (line) => lines.push(line));
  return { sound, lines };
}

describe("behaviors check", () => {
  it("says of each sound file in how many situations it was tried", async () => {
    const files = [writeScript("a.lua", tone("a")), writeScript("b.lua", tone("b"))];
    expect(await check(...files)).toEqual({
      sound: true,
      lines: files.map((file) => `ok      ${file}: 18 situations`),
    });
  });

  it("says where each file that is not sound goes wrong, and goes on", async () => {
    const syntax = writeScript("syntax.lua", "return {\n  a = = 1 }");
    const field = writeScript("field.lua", "return { personality = { tone = 7 } }");
    const bytes = writeScript("bytes.lua", Buffer.from([0x2d, 0x2d, 0xff, 0xfe]));
    const good = writeScript("good.lua", tone("good"));
    const missing = join(folder, "missing.lua");
    const { sound, lines } = await check(syntax, field, bytes, missing, good);
    expect(sound).toBe(false);
    expect(lines).toEqual([
      `FAILED  ${syntax}: line 2: unexpected symbol near '='`,
      `FAILED  ${field}: personality.tone must be a text, not 7 (the contract's example)`,
      `FAILED  ${bytes}: the file is not UTF-8 text`,
      expect.stringMatching(/^FAILED {2}.*missing\.lua: cannot be read: ENOENT/),
      `ok      ${good}: 18 situations`,
    ]);
  });

  it("warns of tools and fields that nobody knows, which is no failure", async () => {
    const script = `return { personality = { tone = "x" }, tools = { "drill", "time" }, mood = 1 }`;
    const { sound, lines } = await check(writeScript("warned.lua", script));
    expect(sound).toBe(true);
    expect(lines[0]).toMatch(
      /18 situations; warning: unknown field mood; warning: unknown tool drill$/,
    );
  });

  it("reads the role from the file's own line", async () => {
    const script = `-- @role poet\nif context.role ~= "poet" then error("no poet") end ${tone("x")}`;
    expect((await check(writeScript("role.lua", script))).sound).toBe(true);
  });
});
