import { readFileSync } from "node:fs";
import type { LuaInstance } from "./instance.ts";
import { LUA_STATUS } from "./wasm/lua-exports.ts";
import { writeCString } from "./scratch.ts";

const LIBRARIES = {
  _G: "luaopen_base",
  coroutine: "luaopen_coroutine",
  table: "luaopen_table",
  string: "luaopen_string",
  math: "luaopen_math",
  utf8: "luaopen_utf8",
  os: "luaopen_os",
} as const;
/** Field names that contexts use all the time; they live in the snapshot as C strings. */
const COMMON_KEYS = (
  "agent_id role task_type task_description user_id user_preferences verbosity style " +
  "cycles_completed success_rate recent_failures time_of_day urgency available_tools"
).split(" ");

/** Fixed slots of the Lua stack in every snapshot; a script's function comes after them. */
export const SLOT = { log: 1, seed: 2, script: 3 } as const;

/** A Lua state with the allowed libraries: the ground every script is compiled on. */
export type LuaState = LuaInstance & {
  L: number;
  textMode: number;
  contextName: number;
  /** Where `lua_tolstring` leaves the size of a string. */
  sizeAt: number;
  /** Addresses of C strings for common field names. */
  keys: ReadonlyMap<string, number>;
};

const prelude = readFileSync(new URL("prelude.lua", import.meta.url));

export function openLuaState(instance: LuaInstance): LuaState {
  const { c } = instance;
  const cString = (text: string) => {
    const pointer = c.malloc(Buffer.byteLength(text) + 1);
    return writeCString(instance, pointer, text);
  };
  const L = c.luaL_newstate();
  if (L === 0) throw new Error("the Lua engine has no memory for a state");
  for (const [name, open] of Object.entries(LIBRARIES)) {
    c.luaL_requiref(L, cString(name), tableIndexOf(instance, open), 1);
    c.lua_settop(L, 0);
  }
  const state = {
    ...instance,
    L,
    textMode: cString("t"),
    contextName: cString("context"),
    sizeAt: c.malloc(4),
    keys: new Map(COMMON_KEYS.map((key) => [key, cString(key)])),
  };
  runPrelude(state, cString("=sandbox"));
  return state;
}

function runPrelude({ c, bytes, layout, L, textMode }: LuaState, name: number): void {
  bytes.set(prelude, layout.stackEnd);
  const loaded = c.luaL_loadbufferx(L, layout.stackEnd, prelude.length, name, textMode);
  const status = loaded === LUA_STATUS.ok ? c.lua_pcallk(L, 0, SLOT.seed, 0, 0, 0) : loaded;
  if (status !== LUA_STATUS.ok) throw new Error("the sandbox's own prelude failed");
}

/** Library openers are called through the table, as C function pointers. */
function tableIndexOf({ c }: LuaInstance, name: string): number {
  const wanted = Object.entries(c).find(([key]) => key === name)?.[1];
  const table = c.__indirect_function_table;
  for (let index = 1; index < table.length; index += 1) {
    if (table.get(index) === wanted) return index;
  }
  throw new Error(`the Lua engine has no function ${name}`);
}
