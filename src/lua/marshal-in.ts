import { LUA_LIMITS } from "./limits.ts";
import type { LuaState } from "./lua-state.ts";
import type { LuaInput } from "./lua-value.ts";
import { writeUtf8 } from "./scratch.ts";

/** The context is not plain, bounded data; the message says where. */
export class LuaInputError extends Error {
  override readonly name = "LuaInputError";
}

type Budget = { nodes: number; bytes: number; longest: number };
type Plain = { readonly [key: string]: LuaInput };

/**
 * Pushes a private copy of `value` onto the Lua stack as tables, strings, numbers and booleans.
 * Null and undefined are absent: a field is left out, a list closes up. Throws `LuaInputError`
 * for anything that is not plain data or exceeds the limits.
 */
export function pushInput(state: LuaState, value: LuaInput): void {
  const { c, bytes, layout, L } = state;
  const { inputNodes, inputTotalBytes, inputDepth } = LUA_LIMITS;
  const budget = { nodes: inputNodes, bytes: inputTotalBytes, longest: 0 };
  c.lua_checkstack(L, inputDepth * 3);
  pushValue(state, value ?? {}, budget, 0);
  bytes.fill(0, layout.stackEnd, layout.stackEnd + budget.longest);
}

function pushValue(state: LuaState, value: LuaInput, budget: Budget, depth: number): void {
  const { c, L } = state;
  budget.nodes -= 1;
  if (budget.nodes < 0) throw new LuaInputError("the context has too many values");
  switch (typeof value) {
    case "string":
      return pushString(state, value, budget);
    case "number":
      return pushNumber(state, value);
    case "boolean":
      return c.lua_pushboolean(L, value ? 1 : 0);
    case "object":
      if (value !== null) return pushTable(state, value, budget, depth + 1);
      break;
    default:
  }
  throw new LuaInputError(`the context holds a ${typeof value}, which Lua cannot be given`);
}

function pushNumber({ c, L }: LuaState, value: number): void {
  if (Number.isSafeInteger(value)) c.lua_pushinteger(L, BigInt(value));
  else c.lua_pushnumber(L, value);
}

function pushString(state: LuaState, text: string, budget: Budget): void {
  if (text.length * 3 > LUA_LIMITS.inputStringBytes) requireFits(text);
  const { c, L, layout } = state;
  const size = writeUtf8(state, layout.stackEnd, text);
  budget.bytes -= size;
  if (size > budget.longest) budget.longest = size;
  if (budget.bytes < 0) throw new LuaInputError("the context is too large");
  c.lua_pushlstring(L, layout.stackEnd, size);
}

function requireFits(text: string): void {
  if (Buffer.byteLength(text) > LUA_LIMITS.inputStringBytes) {
    throw new LuaInputError("the context holds a string that is too long");
  }
}

function pushTable(
  state: LuaState,
  value: Plain | readonly LuaInput[],
  budget: Budget,
  depth: number,
): void {
  if (depth > LUA_LIMITS.inputDepth) throw new LuaInputError("the context is nested too deeply");
  if (Array.isArray(value)) pushList(state, value, budget, depth);
  else pushFields(state, value as Plain, budget, depth);
}

function pushList(
  state: LuaState,
  items: readonly LuaInput[],
  budget: Budget,
  depth: number,
): void {
  const { c, L } = state;
  c.lua_createtable(L, Math.min(items.length, budget.nodes), 0);
  let position = 0;
  for (const item of items) {
    if (item === null || item === undefined) continue;
    position += 1;
    pushValue(state, item, budget, depth);
    c.lua_rawseti(L, -2, BigInt(position));
  }
}

function pushFields(state: LuaState, fields: Plain, budget: Budget, depth: number): void {
  const { c, L, keys } = state;
  requirePlain(fields);
  const names = Object.keys(fields);
  c.lua_createtable(L, 0, Math.min(names.length, budget.nodes));
  for (const name of names) {
    const item = fields[name];
    if (item === null || item === undefined) continue;
    const known = keys.get(name);
    if (known === undefined) pushString(state, name, budget);
    pushValue(state, item, budget, depth);
    if (known === undefined) c.lua_rawset(L, -3);
    else c.lua_setfield(L, -2, known);
  }
}

function requirePlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new LuaInputError("the context holds an object that is not plain data");
  }
}
