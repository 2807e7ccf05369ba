import { isUtf8 } from "node:buffer";
import { LUA_LIMITS } from "./limits.ts";
import { LUA_TYPE } from "./wasm/lua-exports.ts";
import type { LuaState } from "./lua-state.ts";
import type { LuaValue } from "./lua-value.ts";

/** The script's result is no plain bounded data; the message is for the script's author. */
export class LuaResultError extends Error {
  override readonly name = "LuaResultError";
}

/** `path` names the fields down to the value that is being read, `depth` of them. */
type Budget = { nodes: number; bytes: number; path: (string | number)[]; depth: number };

const MOST_PATH_CHARS = 100;
const TYPE_NAMES = "nil boolean userdata number string table function userdata thread".split(" ");

export function typeName(type: number): string {
  return TYPE_NAMES[type] ?? "value";
}

/**
 * Reads the value at the absolute stack index `index` as plain data. Access is raw, so no
 * metamethod runs; the fuel, depth, number of values and bytes are bounded. Throws `LuaResultError`.
 */
export function readResult(state: LuaState, index: number): LuaValue {
  if (state.c.lua_checkstack(state.L, LUA_LIMITS.resultDepth * 2 + 8) === 0) {
    throw new LuaResultError("the script left no memory to read its result");
  }
  const { resultNodes: nodes, resultBytes: bytes } = LUA_LIMITS;
  const budget: Budget = { nodes, bytes, path: [], depth: 0 };
  try {
    return readValue(state, index, budget, 0);
  } catch (error) {
    if (!(error instanceof LuaResultError) || budget.depth === 0) throw error;
    const path = budget.path.slice(0, budget.depth).join(".").slice(0, MOST_PATH_CHARS);
    throw new LuaResultError(`${error.message} (at ${path})`);
  }
}

function readValue(state: LuaState, index: number, budget: Budget, depth: number): LuaValue {
  const { c, L } = state;
  budget.nodes -= 1;
  if (budget.nodes < 0) {
    throw new LuaResultError(`the result has more than ${LUA_LIMITS.resultNodes} values`);
  }
  const type = c.lua_type(L, index);
  switch (type) {
    case LUA_TYPE.nil:
      return null;
    case LUA_TYPE.boolean:
      return c.lua_toboolean(L, index) !== 0;
    case LUA_TYPE.number:
      return readNumber(state, index);
    case LUA_TYPE.string:
      return readText(state, index, budget);
    case LUA_TYPE.table:
      return readTable(state, index, budget, depth + 1);
    default:
      throw new LuaResultError(`the result contains a ${typeName(type)}`);
  }
}

function readNumber({ c, L }: LuaState, index: number): number {
  const value = c.lua_tonumberx(L, index, 0);
  if (!Number.isFinite(value)) throw new LuaResultError(`the result contains the number ${value}`);
  if (!Number.isSafeInteger(value) && c.lua_isinteger(L, index) !== 0) {
    throw new LuaResultError("the result contains an integer beyond 2^53");
  }
  return value;
}

function readTable(state: LuaState, index: number, budget: Budget, depth: number): LuaValue {
  if (depth > LUA_LIMITS.resultDepth) {
    throw new LuaResultError(
      `the result is nested deeper than ${LUA_LIMITS.resultDepth} tables, or contains itself`,
    );
  }
  const { c, L } = state;
  const items: LuaValue[] = [];
  const fields: Record<string, LuaValue> = {};
  let positions = 0;
  let names = 0;
  c.lua_pushnil(L);
  const key = c.lua_gettop(L);
  while (c.lua_next(L, index) !== 0) {
    if (c.lua_type(L, key) === LUA_TYPE.string) {
      names += 1;
      const name = readKey(state, key, budget);
      enter(budget, depth, name);
      fields[name] = readValue(state, key + 1, budget, depth);
    } else {
      positions += 1;
      const position = readPosition(state, key);
      enter(budget, depth, position + 1);
      items[position] = readValue(state, key + 1, budget, depth);
    }
    budget.depth = depth - 1;
    c.lua_settop(L, key);
  }
  if (positions === 0 && names > 0) return fields;
  if (names > 0) throw new LuaResultError("the result has a table with both names and positions");
  if (items.length !== positions) throw new LuaResultError("the result has a list with holes");
  return items;
}

function enter(budget: Budget, depth: number, key: string | number): void {
  budget.path[depth - 1] = key;
  budget.depth = depth;
}

function readPosition({ c, L }: LuaState, index: number): number {
  const type = c.lua_type(L, index);
  if (type !== LUA_TYPE.number) {
    throw new LuaResultError(`the result has a table with a ${typeName(type)} as a key`);
  }
  const position = c.lua_tonumberx(L, index, 0);
  if (!Number.isInteger(position) || position < 1) {
    throw new LuaResultError(`the result has a table with the number ${position} as a key`);
  }
  if (position > LUA_LIMITS.resultNodes) {
    throw new LuaResultError("the result has a list that is too long or has holes");
  }
  return position - 1;
}

function readKey(state: LuaState, index: number, budget: Budget): string {
  const key = readText(state, index, budget);
  if (key === "__proto__") throw new LuaResultError("the result has a field named __proto__");
  return key;
}

function readText(state: LuaState, index: number, budget: Budget): string {
  const { bytes, text } = state;
  const start = stringPointer(state, index);
  const size = stringSize(state);
  budget.bytes -= size;
  if (budget.bytes < 0) {
    throw new LuaResultError(`the result has more than ${LUA_LIMITS.resultBytes} bytes of text`);
  }
  const end = start + size;
  let ascii = start;
  while (ascii < end && (bytes[ascii] ?? 0) < 0x80) ascii += 1;
  if (ascii === end) return text.toString("latin1", start, end);
  if (!isUtf8(bytes.subarray(start, end))) {
    throw new LuaResultError("the result contains text that is not UTF-8");
  }
  return text.toString("utf8", start, end);
}

/** At most `limit` bytes of the string at `index`, with whatever is not UTF-8 replaced. */
export function readTextLossy(state: LuaState, index: number, limit: number): string {
  const start = stringPointer(state, index);
  return state.text.toString("utf8", start, start + Math.min(stringSize(state), limit));
}

/** The address of the string at `index`; its size is left where `stringSize` reads it. */
function stringPointer({ c, L, sizeAt }: LuaState, index: number): number {
  return c.lua_tolstring(L, index, sizeAt);
}

function stringSize({ view, sizeAt }: LuaState): number {
  return view.getUint32(sizeAt, true);
}
