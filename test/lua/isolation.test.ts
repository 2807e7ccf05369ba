import { describe, expect, it } from "vitest";
import { createCompiler } from "../../src/lua/compile-script.ts";
import { instantiateLua } from "../../src/lua/instance.ts";
import { loadLuaModule } from "../../src/lua/wasm/load-lua-module.ts";
import { openLuaState } from "../../src/lua/lua-state.ts";
import { rewind } from "../../src/lua/machine.ts";
import { createRunner } from "../../src/lua/run-script.ts";
import { createLuaSandbox } from "../../src/lua/sandbox.ts";
import { takeSnapshot } from "../../src/lua/snapshot.ts";
import { corpusCases, corpusContext, readCorpus } from "../support/lua-corpus.ts";
import { valueOf } from "../support/run-lua.ts";

describe("a run", () => {
  it("leaves not one byte behind, in data, C stack or heap, whatever the script did", async () => {
    const state = openLuaState(instantiateLua(await loadLuaModule()));
    const machine = { state, isDeepDirty: true };
    const base = takeSnapshot(state);
    const compile = createCompiler(machine, base);
    const run = createRunner(machine, { now: () => 0 });
    rewind(machine, base, 0);
    const clean = Buffer.from(state.bytes);

    const leaky: string[] = [];
    for (const { file } of corpusCases) {
      const compiled = compile(file, readCorpus(file));
      if (compiled.ok) run(compiled.script, corpusContext);
      rewind(machine, base, 0);
      if (!clean.equals(state.bytes)) leaky.push(file);
    }
    expect(leaky).toEqual([]);
  });

  it("cannot see what another script did to the libraries", async () => {
    const sandbox = await createLuaSandbox();
    valueOf(sandbox, "string.format = nil math.pi = 3 leaked = 1 setmetatable(_G, {}) return 1");
    expect(valueOf(sandbox, "return {type(string.format), math.pi > 3, type(leaked)}")).toEqual([
      "function",
      true,
      "nil",
    ]);
  });

  it("starts from the state after compilation, also when scripts take turns", async () => {
    const sandbox = await createLuaSandbox();
    const scripts = ["a", "b"].map((name) => {
      const compiled = sandbox.compile(name, `n = (n or 0) + 1 return "${name}" .. n`);
      if (!compiled.ok) throw new Error(compiled.message);
      return compiled.script;
    });
    const values = [...scripts, ...scripts].map((script) => sandbox.run(script, {}));
    expect(values.map((run) => run.outcome === "ok" && run.value)).toEqual([
      "a1",
      "b1",
      "a1",
      "b1",
    ]);
  });

  it("gets a private copy of the context", async () => {
    const sandbox = await createLuaSandbox();
    const context = { tools: ["a"], deep: { x: 1 } };
    valueOf(sandbox, "context.tools[2] = 'b' context.deep.x = 2 return 1", context);
    expect(context).toEqual({ tools: ["a"], deep: { x: 1 } });
    expect(valueOf(sandbox, "return #context.tools", context)).toBe(1);
  });
});
