import type { WasmReader } from "./wasm-reader.ts";

export const OPCODE = {
  loop: 0x03,
  i32Const: 0x41,
  bulk: 0xfc,
  memoryCopy: 10,
  memoryFill: 11,
} as const;

type Immediates = "none" | "one" | "two" | "byte" | "four" | "eight" | "table" | "types";

const KINDS: readonly [first: number, last: number, kind: Immediates][] = [
  [0x00, 0x01, "none"], // unreachable, nop
  [0x02, 0x04, "one"], // block, loop, if: the block type
  [0x05, 0x05, "none"], // else
  [0x0b, 0x0b, "none"], // end
  [0x0c, 0x0d, "one"], // br, br_if
  [0x0e, 0x0e, "table"], // br_table
  [0x0f, 0x0f, "none"], // return
  [0x10, 0x10, "one"], // call
  [0x11, 0x11, "two"], // call_indirect
  [0x1a, 0x1b, "none"], // drop, select
  [0x1c, 0x1c, "types"], // typed select
  [0x20, 0x26, "one"], // local, global and table access
  [0x28, 0x3e, "two"], // loads and stores: alignment and offset
  [0x3f, 0x40, "byte"], // memory.size, memory.grow
  [0x41, 0x42, "one"], // i32.const, i64.const
  [0x43, 0x43, "four"], // f32.const
  [0x44, 0x44, "eight"], // f64.const
  [0x45, 0xc4, "none"], // comparison, arithmetic, conversion, sign extension
];
const BULK_KINDS: readonly [number, number, Immediates][] = [
  [0, 7, "none"], // saturating conversions
  [10, 10, "two"], // memory.copy
  [11, 11, "one"], // memory.fill
];

const byOpcode = tabulate(KINDS, 0x100);
const byBulkOpcode = tabulate(BULK_KINDS, 12);

/**
 * Passes over one instruction whose opcode was just read; returns the second opcode of a bulk
 * instruction, else undefined. Throws on an instruction it does not know, because an unknown
 * instruction could loop without paying fuel.
 */
export function skipInstruction(reader: WasmReader, opcode: number): number | undefined {
  if (opcode !== OPCODE.bulk) {
    skipImmediates(reader, byOpcode[opcode], () => `0x${opcode.toString(16)}`);
    return undefined;
  }
  const second = reader.u32();
  skipImmediates(reader, byBulkOpcode[second], () => `0xfc ${second}`);
  return second;
}

function skipImmediates(
  reader: WasmReader,
  kind: Immediates | undefined,
  opcode: () => string,
): void {
  switch (kind) {
    case "none":
      return;
    case "one":
      return reader.skipLeb();
    case "two":
      reader.skipLeb();
      return reader.skipLeb();
    case "byte":
      return reader.skip(1);
    case "four":
      return reader.skip(4);
    case "eight":
      return reader.skip(8);
    case "types":
      return reader.skip(reader.u32());
    case "table":
      for (let labels = reader.u32() + 1; labels > 0; labels -= 1) reader.skipLeb();
      return;
    case undefined:
      throw new Error(`unknown WebAssembly opcode ${opcode()} at byte ${reader.offset()}`);
  }
}

function tabulate(rows: readonly [number, number, Immediates][], size: number) {
  const table: (Immediates | undefined)[] = Array.from({ length: size });
  for (const [first, last, kind] of rows) table.fill(kind, first, last + 1);
  return table;
}
