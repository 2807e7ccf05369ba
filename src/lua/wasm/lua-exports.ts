import type { WasmMemory, WasmTable } from "./wasm-api.ts";

/** The parts of the module's C API the sandbox calls; pointers and booleans are numbers. */
export type LuaExports = {
  memory: WasmMemory;
  __indirect_function_table: WasmTable;
  __wasm_call_ctors(): void;
  emscripten_stack_init(): void;
  emscripten_stack_get_base(): number;
  emscripten_stack_get_end(): number;
  stackSave(): number;
  stackRestore(pointer: number): void;
  setThrew(threw: number, value: number): void;
  malloc(size: number): number;
  luaL_newstate(): number;
  luaL_requiref(state: number, name: number, open: number, asGlobal: number): void;
  luaL_loadbufferx(state: number, text: number, size: number, name: number, mode: number): number;
  lua_gettop(state: number): number;
  lua_settop(state: number, index: number): void;
  lua_checkstack(state: number, slots: number): number;
  lua_pushvalue(state: number, index: number): void;
  lua_pushnil(state: number): void;
  lua_pushboolean(state: number, value: number): void;
  lua_pushnumber(state: number, value: number): void;
  lua_pushinteger(state: number, value: bigint): void;
  lua_pushlstring(state: number, text: number, size: number): number;
  lua_createtable(state: number, items: number, fields: number): void;
  lua_setglobal(state: number, name: number): void;
  lua_setfield(state: number, index: number, name: number): void;
  lua_rawset(state: number, index: number): void;
  lua_rawseti(state: number, index: number, position: bigint): void;
  lua_rawgeti(state: number, index: number, position: bigint): number;
  lua_rawlen(state: number, index: number): bigint;
  lua_next(state: number, index: number): number;
  lua_type(state: number, index: number): number;
  lua_isinteger(state: number, index: number): number;
  lua_toboolean(state: number, index: number): number;
  lua_tonumberx(state: number, index: number, isNumber: number): number;
  lua_tolstring(state: number, index: number, size: number): number;
  lua_pcallk(
    state: number,
    inputs: number,
    results: number,
    handler: number,
    context: number,
    continuation: number,
  ): number;
};

/** What `lua_type` returns. */
export const LUA_TYPE = {
  nil: 0,
  boolean: 1,
  lightUserdata: 2,
  number: 3,
  string: 4,
  table: 5,
  function: 6,
  userdata: 7,
  thread: 8,
} as const;

/** What a protected call or a load returns. */
export const LUA_STATUS = { ok: 0, memory: 4 } as const;
