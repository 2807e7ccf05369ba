import type { Clock } from "../base/clock.ts";
import type { LuaScript } from "./compile-script.ts";
import { LUA_LIMITS } from "./limits.ts";
import { LUA_STATUS } from "./wasm/lua-exports.ts";
import { cleanMessage, readError, toChunkName } from "./lua-message.ts";
import type { LuaFailure, LuaOutcome } from "./lua-outcome.ts";
import { type LuaState, SLOT } from "./lua-state.ts";
import type { LuaInput, LuaValue } from "./lua-value.ts";
import { explainTrap, type LuaMachine, rewind } from "./machine.ts";
import { LuaInputError, pushInput } from "./marshal-in.ts";
import { LuaResultError, readResult, readTextLossy } from "./read-result.ts";

export type LuaRunOptions = {
  /** What `os.time` and `os.date` see, in milliseconds; the sandbox's clock unless given. */
  nowMs?: number;
  /** An integer for `math.random`; without one every run draws the same numbers. */
  seed?: number;
  /** Units of work, below 2^31; 500,000 unless given. */
  fuel?: number;
};

type Ending =
  | { outcome: "ok"; value: LuaValue; logs: string[] }
  | Omit<LuaFailure, "fuel" | "durationMs">;

/** Work beyond this may have gone deep into the C stack. */
const USUAL_FUEL = 20_000;

export function createRunner(machine: LuaMachine, clock: Clock) {
  return (script: LuaScript, context: LuaInput, options: LuaRunOptions = {}): LuaOutcome => {
    const startedAt = performance.now();
    const { state } = machine;
    const allowance = options.fuel ?? LUA_LIMITS.runFuel;
    const meter = { fuel: 0 };
    let ending: Ending;
    rewind(machine, script.snapshot, LUA_LIMITS.compileFuel);
    state.host.setNow(Math.floor(options.nowMs ?? clock.now()));
    try {
      prepare(state, context, options.seed);
      ending = call(state, script, allowance, meter);
    } catch (thrown) {
      ending = explain(machine, thrown);
      if (ending.outcome === "timeout") meter.fuel = allowance;
    }
    machine.isDeepDirty = ending.outcome !== "ok" || meter.fuel > USUAL_FUEL;
    return { ...ending, fuel: meter.fuel, durationMs: performance.now() - startedAt };
  };
}

function prepare(state: LuaState, context: LuaInput, seed: number | undefined): void {
  const { c, L } = state;
  pushInput(state, context);
  c.lua_setglobal(L, state.contextName);
  if (seed === undefined) return;
  c.lua_pushvalue(L, SLOT.seed);
  c.lua_pushinteger(L, BigInt(Math.trunc(seed)));
  c.lua_pcallk(L, 1, 0, 0, 0, 0);
  c.lua_settop(L, SLOT.script);
}

function call(
  state: LuaState,
  script: LuaScript,
  allowance: number,
  meter: { fuel: number },
): Ending {
  const { c, L, fuel } = state;
  fuel.value = allowance;
  const status = c.lua_pcallk(L, 0, 1, 0, 0, 0);
  meter.fuel = allowance - fuel.value;
  fuel.value = LUA_LIMITS.readFuel;
  if (status === LUA_STATUS.ok) {
    return { outcome: "ok", value: readResult(state, SLOT.script), logs: readLogs(state) };
  }
  if (status === LUA_STATUS.memory) {
    return { outcome: "memory", message: "the script needed more memory than it may have" };
  }
  return { outcome: "error", ...readError(state, toChunkName(script.name)) };
}

function readLogs(state: LuaState): string[] {
  const { c, L } = state;
  const count = Number(c.lua_rawlen(L, SLOT.log));
  return Array.from({ length: Math.min(count, LUA_LIMITS.logLines) }, (_, index) => {
    c.lua_rawgeti(L, SLOT.log, BigInt(index + 1));
    const line = cleanMessage(readTextLossy(state, -1, LUA_LIMITS.messageChars));
    c.lua_settop(L, SLOT.script);
    return line;
  });
}

function explain(machine: LuaMachine, thrown: unknown): Ending {
  if (thrown instanceof LuaResultError)
    return { outcome: "bad-result", message: cleanMessage(thrown.message) };
  if (thrown instanceof LuaInputError) return { outcome: "error", message: thrown.message };
  return explainTrap(machine, thrown);
}
