import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { loadLuaModule } from "../../src/lua/wasm/load-lua-module.ts";
import { createLuaSandbox, type LuaSandbox } from "../../src/lua/sandbox.ts";
import { corpusCases, corpusContext, readCorpus } from "../support/lua-corpus.ts";
import { runLua } from "../support/run-lua.ts";

const nowMs = 1_700_000_000_000;

describe("the same script and context", () => {
  it("give the same result and use the same fuel in four fresh engines", async () => {
    const module = await loadLuaModule();
    const records = await Promise.all(
      [1, 2, 3, 4].map(async () => recordAll(await createLuaSandbox({ module }))),
    );
    const [first, ...others] = records;
    for (const other of others) expect(other).toStrictEqual(first);
  });

  it("do not depend on what ran before", async () => {
    const sandbox = await createLuaSandbox();
    const before = recordAll(sandbox);
    runLua(sandbox, "local t = {} while true do t[#t + 1] = {} end");
    expect(recordAll(sandbox)).toStrictEqual(before);
  });

  it.each([
    ["seed_friendly_code_reviewer", {}, 91],
    ["seed_formal_architect", { role: "architecture_analyst" }, 155],
    ["seed_context_aware", {}, 105],
  ])("cost %s a known amount of fuel", async (name, context, fuel) => {
    const sandbox = await createLuaSandbox();
    const compiled = sandbox.compile(name, readCorpus(`benign/${name}.lua`));
    if (!compiled.ok) throw new Error(compiled.message);
    const run = sandbox.run(compiled.script, { ...corpusContext, ...context });
    expect(run).toMatchObject({ outcome: "ok", fuel });
  });
});

/** Every case as text, so that the order of fields counts too. */
function recordAll(sandbox: LuaSandbox): string[] {
  return corpusCases.map(({ file, context }) => {
    const compiled = sandbox.compile(basename(file, ".lua"), readCorpus(file));
    if (!compiled.ok) return JSON.stringify(compiled);
    const run = sandbox.run(compiled.script, { ...corpusContext, ...context }, { nowMs });
    return JSON.stringify({ ...run, durationMs: 0 });
  });
}
