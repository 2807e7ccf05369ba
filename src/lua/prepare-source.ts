import { LUA_LIMITS } from "./limits.ts";

export type PreparedSource = { ok: true; bytes: Buffer } | { ok: false; message: string };

/**
 * The bytes to compile, or why they are no Lua text. Like Lua's own file loader it passes over a
 * byte order mark and turns a first line that starts with `#` into an empty one.
 */
export function prepareSource(source: string): PreparedSource {
  if (!source.isWellFormed()) return { ok: false, message: "the source is not valid Unicode text" };
  const bytes = Buffer.from(source);
  if (bytes.length > LUA_LIMITS.sourceBytes) {
    const message = `the source has ${bytes.length} bytes, the limit is ${LUA_LIMITS.sourceBytes}`;
    return { ok: false, message };
  }
  if (bytes.includes(0)) return { ok: false, message: "the source contains a NUL character" };
  const text = source.replace(/^\uFEFF/u, "").replace(/^#[^\n]*/u, "");
  if (text.startsWith("\u001B")) {
    return { ok: false, message: "the source is compiled bytecode, not Lua text" };
  }
  return { ok: true, bytes: Buffer.from(text) };
}
