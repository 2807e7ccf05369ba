/** Bytes appended one after another; `take` returns them all. */
export type WasmWriter = {
  bytes(part: Uint8Array | readonly number[]): void;
  u32(value: number): void;
  /** A length-prefixed copy of `part`. */
  sized(part: Uint8Array): void;
  take(): Uint8Array;
};

export function createWasmWriter(capacity: number): WasmWriter {
  let buffer = new Uint8Array(capacity);
  let length = 0;
  const bytes = (part: Uint8Array | readonly number[]) => {
    if (length + part.length > buffer.length) {
      const larger = new Uint8Array(Math.max(buffer.length * 2, length + part.length));
      larger.set(buffer.subarray(0, length));
      buffer = larger;
    }
    buffer.set(part, length);
    length += part.length;
  };
  const u32 = (value: number) => bytes(encodeU32(value));
  return {
    bytes,
    u32,
    sized(part) {
      u32(part.length);
      bytes(part);
    },
    take: () => buffer.slice(0, length),
  };
}

/** Unsigned LEB128. */
export function encodeU32(value: number): number[] {
  const out: number[] = [];
  let rest = value >>> 0;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.push(rest);
  return out;
}

/** Signed LEB128. */
export function encodeI32(value: number): number[] {
  const out: number[] = [];
  let rest = value | 0;
  while (rest < -0x40 || rest > 0x3f) {
    out.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  out.push(rest & 0x7f);
  return out;
}
