/** A cursor over the bytes of a WebAssembly module. */
export type WasmReader = {
  offset(): number;
  isAt(end: number): boolean;
  byte(): number;
  /** An unsigned LEB128 number of at most 32 bits. */
  u32(): number;
  /** A signed LEB128 number of at most 32 bits. */
  i32(): number;
  /** Passes over one LEB128 number of any width, signed or not. */
  skipLeb(): void;
  skip(count: number): void;
};

export function createWasmReader(bytes: Uint8Array, start: number): WasmReader {
  let position = start;
  const byte = () => {
    const value = bytes[position];
    if (value === undefined) throw new Error(`WebAssembly module ends at byte ${position}`);
    position += 1;
    return value;
  };
  return {
    offset: () => position,
    isAt(end) {
      if (position > end) throw new Error(`WebAssembly item runs past byte ${end}`);
      return position === end;
    },
    byte,
    u32() {
      let value = 0;
      for (let shift = 0; shift < 35; shift += 7) {
        const part = byte();
        value |= (part & 0x7f) << shift;
        if (part < 0x80) return value >>> 0;
      }
      throw new Error(`WebAssembly number is too long at byte ${position}`);
    },
    i32() {
      let value = 0;
      for (let shift = 0; shift < 35; shift += 7) {
        const part = byte();
        value |= (part & 0x7f) << shift;
        if (part < 0x80) return shift < 25 && part & 0x40 ? value | (-1 << (shift + 7)) : value;
      }
      throw new Error(`WebAssembly number is too long at byte ${position}`);
    },
    skipLeb() {
      while (byte() >= 0x80);
    },
    skip(count) {
      position += count;
    },
  };
}
