import { LUA_LIMITS } from "./limits.ts";
import { LUA_TYPE } from "./wasm/lua-exports.ts";
import type { LuaState } from "./lua-state.ts";
import { readTextLossy, typeName } from "./read-result.ts";

export type LuaMessage = { message: string; line?: number };

/** Lua cuts a chunk's name to this many bytes. */
const CHUNK_NAME_BYTES = 59;
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** A text that may go into a log line: no control characters, at most 500 characters. */
export function cleanMessage(text: string): string {
  return text.replaceAll(UNSAFE, " ").slice(0, LUA_LIMITS.messageChars).toWellFormed();
}

/** `name` as Lua shows it in messages. */
export function toChunkName(name: string): string {
  let chunkName = name.toWellFormed().replaceAll(UNSAFE, " ");
  while (Buffer.byteLength(chunkName) > CHUNK_NAME_BYTES) chunkName = chunkName.slice(0, -1);
  return chunkName.toWellFormed();
}

/**
 * Describes the error value on top of the Lua stack. Anything but a string is named by its type:
 * `__tostring` and `__name` belong to the script and are not called.
 */
export function readError(state: LuaState, chunkName: string): LuaMessage {
  const { c, L } = state;
  const type = c.lua_type(L, -1);
  if (type !== LUA_TYPE.string && type !== LUA_TYPE.number) {
    return { message: `error object is a ${typeName(type)} value` };
  }
  const message = cleanMessage(readTextLossy(state, -1, LUA_LIMITS.messageChars * 4));
  const prefix = `${chunkName}:`;
  const line = message.startsWith(prefix) ? /^\d+(?=:)/u.exec(message.slice(prefix.length)) : null;
  return line ? { message, line: Number(line[0]) } : { message };
}
