import type { LuaInstance } from "./instance.ts";

const encoder = new TextEncoder();

type Memory = Pick<LuaInstance, "bytes">;

/**
 * Writes UTF-8 at `pointer` and returns its length in bytes. Strings on their way in pass through
 * the low end of the C stack, far below the deepest use ever seen (182 KB of 1 MB).
 */
export function writeUtf8({ bytes }: Memory, pointer: number, text: string): number {
  // Short ASCII is the usual case, and a loop beats the encoder there.
  if (text.length <= 64) {
    let index = 0;
    while (index < text.length) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) break;
      bytes[pointer + index] = code;
      index += 1;
    }
    if (index === text.length) return index;
  }
  return encoder.encodeInto(text, bytes.subarray(pointer)).written;
}

/** Writes `text` and a final NUL; returns `pointer`. */
export function writeCString(memory: Memory, pointer: number, text: string): number {
  memory.bytes[pointer + writeUtf8(memory, pointer, text)] = 0;
  return pointer;
}
