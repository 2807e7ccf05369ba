import type { LuaValue } from "./lua-value.ts";

/**
 * How a script can end. `rejected`: it does not compile or is not a text; `error`: it raised an
 * error; `timeout` and `memory`: it used up its share; `bad-result`: what it returned is no plain
 * bounded data.
 */
export const LUA_OUTCOMES = ["ok", "rejected", "timeout", "memory", "bad-result", "error"] as const;
export type LuaOutcomeKind = (typeof LUA_OUTCOMES)[number];

type LuaSuccess = {
  outcome: "ok";
  value: LuaValue;
  /** Units of work the script used; the same for the same script and context on every machine. */
  fuel: number;
  durationMs: number;
  /** What the script passed to `log`, at most 50 lines. */
  logs: string[];
};

export type LuaFailure = {
  outcome: Exclude<LuaOutcomeKind, "ok">;
  /** At most 500 characters without control characters; errors of Lua begin with `<name>:<line>:`. */
  message: string;
  line?: number;
  fuel: number;
  durationMs: number;
};

export type LuaOutcome = LuaSuccess | LuaFailure;

export type LuaRejection = { ok: false; outcome: "rejected"; message: string; line?: number };
