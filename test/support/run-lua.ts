import type { LuaRunOptions } from "../../src/lua/run-script.ts";
import type { LuaOutcome } from "../../src/lua/lua-outcome.ts";
import type { LuaInput, LuaValue } from "../../src/lua/lua-value.ts";
import type { LuaSandbox } from "../../src/lua/sandbox.ts";

/** Compiles and runs a script that must compile. */
export function runLua(
  sandbox: LuaSandbox,
  source: string,
  context: LuaInput = {},
  options: LuaRunOptions = {},
): LuaOutcome {
  const compiled = sandbox.compile("script", source);
  if (!compiled.ok) throw new Error(compiled.message);
  return sandbox.run(compiled.script, context, options);
}

/** The value of a script that must end well. */
export function valueOf(
  sandbox: LuaSandbox,
  source: string,
  context: LuaInput = {},
  options: LuaRunOptions = {},
): LuaValue {
  const run = runLua(sandbox, source, context, options);
  if (run.outcome !== "ok") throw new Error(`${run.outcome}: ${run.message}`);
  return run.value;
}
