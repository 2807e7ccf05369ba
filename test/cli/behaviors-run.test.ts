import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBehaviorFiles } from "../../src/cli/commands/behaviors-run.ts";
import { corpusCases, corpusContext } from "../support/lua-corpus.ts";

type Line = Record<string, unknown> & { outcome: string };

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "behaviors-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(files: string[], context?: unknown): Promise<Line[]> {
  const lines: Line[] = [];
  await runBehaviorFiles(files, context, (line) => lines.push(JSON.parse(line) as Line));
  return lines;
}

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const corpusFile = (name: string) =>
  fileURLToPath(new URL(`../fixtures/lua-corpus/${name}`, import.meta.url));

describe("behaviors run", () => {
  it("ends every case of the corpus as its manifest says, all in one engine", async () => {
    const cases = corpusCases.filter(({ context }) => context === undefined);
    const lines = await run(cases.map((each) => corpusFile(each.file)));
    const wrong = cases.filter(({ acceptable, expect_full: whole }, index) => {
      const line = lines[index];
      const isAcceptable = acceptable.some((each) => each === line?.outcome);
      return !isAcceptable || (whole !== undefined && !isDeepStrictEqual(line?.["config"], whole));
    });
    expect(wrong.map((each) => each.file)).toEqual([]);
  });

  it("prints the table as the script returned it, with what it cost", async () => {
    const path = await file("plain.lua", "return { personality = { tone = context.role } }");
    const [line] = await run([path]);
    expect(line).toEqual({
      file: path,
      outcome: "ok",
      config: { personality: { tone: "code_developer" } },
      fuel: expect.any(Number),
      durationMs: expect.any(Number),
    });
  });

  it("gives the scripts exactly the context it was given", async () => {
    const path = await file(
      "context.lua",
      "return { personality = { tone = context.mood }, reasoning = tostring(context.role) }",
    );
    expect((await run([path], { mood: "sunny" }))[0]?.["config"]).toEqual({
      personality: { tone: "sunny" },
      reasoning: "nil",
    });
  });

  it("runs the sample behaviors", async () => {
    const samples = ["friendly_code_reviewer", "formal_architect", "context_aware"];
    const paths = samples.map((name) =>
      fileURLToPath(new URL(`../../behaviors/${name}.lua`, import.meta.url)),
    );
    const context = { ...corpusContext, role: "architecture_analyst" };
    const lines = await run(paths, context);
    expect(lines.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok"]);
    expect(lines[0]?.["config"]).toMatchObject({
      response_template: expect.stringContaining("code for you. 👀\n"),
    });
    expect(lines[2]?.["config"]).toMatchObject({
      response_template: "Good morning! ☀️ Let's tackle this task together!",
    });
  });

  it("says in which line a script failed and which field is wrong", async () => {
    const [error, rejected, wrong, binary] = await run([
      await file("a.lua", "\nlocal x = nil .. 'a'"),
      await file("b.lua", "return {\n"),
      await file("c.lua", "return { personality = { tone = 'x' }, tools = 'all' }"),
      await file("d.lua", Buffer.from([0xff, 0xfe])),
    ]);
    expect(error).toMatchObject({
      outcome: "error",
      line: 2,
      message: expect.stringMatching(/^a:2: /u),
    });
    expect(rejected).toMatchObject({ outcome: "rejected", line: 2 });
    expect(wrong).toMatchObject({
      outcome: "bad-result",
      message: expect.stringMatching(/^c: tools must be a list/u),
    });
    expect(binary).toMatchObject({ outcome: "rejected", message: "d: the file is not UTF-8 text" });
  });

  it("passes on warnings and what a script logged", async () => {
    const path = await file("w.lua", "log('hi') return { personality = { tone = 'x' }, tone = 1 }");
    expect((await run([path]))[0]).toMatchObject({
      warnings: ["unknown field tone"],
      logs: ["hi"],
    });
  });

  it("refuses a missing file and a context that is no object", async () => {
    await expect(run([join(folder, "none.lua")])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(run([], ["x"])).rejects.toMatchObject({ code: "INVALID" });
  });
});
