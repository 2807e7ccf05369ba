import { meterBody } from "./meter-body.ts";
import { createWasmReader } from "./wasm-reader.ts";
import { createWasmWriter, encodeU32 } from "./wasm-writer.ts";

const SECTION = { imports: 2, memory: 5, globals: 6, exports: 7, code: 10 } as const;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const MUTABLE_I32_ZERO = [0x7f, 0x01, 0x41, 0x00, 0x0b];

/** The names under which a metered module exports its fuel and its own mutable globals. */
export const FUEL_EXPORT = "troupe_fuel";
export const GLOBAL_EXPORT_PREFIX = "troupe_global_";

export type MeterOptions = {
  /** Size of the memory in pages of 64 KiB; it can neither start smaller nor grow. */
  memoryPages: number;
  /** 32-bit constants of the code and what stands in their place. */
  constants: ReadonlyMap<number, number>;
};

/**
 * Rewrites a WebAssembly module so that it pays for its work: every loop iteration costs one unit
 * of the exported global `troupe_fuel`, bulk copies one unit per 64 bytes, and below zero the code
 * traps. Throws on anything it does not know.
 */
export function meterWasm(wasm: Uint8Array, options: MeterOptions): Uint8Array {
  const reader = createWasmReader(wasm, 8);
  const writer = createWasmWriter(wasm.length * 2);
  writer.bytes(wasm.subarray(0, 8));
  let globals = 0;
  while (!reader.isAt(wasm.length)) {
    const id = reader.byte();
    const size = reader.u32();
    const section = wasm.subarray(reader.offset(), reader.offset() + size);
    reader.skip(size);
    if (id === SECTION.globals) globals = countOf(section);
    writer.bytes([id]);
    writer.sized(rewriteSection(id, section, { ...options, globals }));
  }
  return writer.take();
}

type Layout = MeterOptions & { globals: number };

function rewriteSection(id: number, section: Uint8Array, layout: Layout): Uint8Array {
  switch (id) {
    case SECTION.imports:
      return requireFunctionImports(section);
    case SECTION.memory: {
      const pages = encodeU32(layout.memoryPages);
      return Uint8Array.from([1, 1, ...pages, ...pages]);
    }
    case SECTION.globals:
      return extendVector(section, 2, [...MUTABLE_I32_ZERO, ...MUTABLE_I32_ZERO]);
    case SECTION.exports:
      return exportGlobals(section, layout.globals);
    case SECTION.code:
      return meterCode(section, layout);
    default:
      return section;
  }
}

/** Imported globals or memories would shift the numbering that the metering code relies on. */
function requireFunctionImports(section: Uint8Array): Uint8Array {
  const reader = createWasmReader(section, 0);
  for (let left = reader.u32(); left > 0; left -= 1) {
    reader.skip(reader.u32());
    reader.skip(reader.u32());
    if (reader.byte() !== KIND.function) throw new Error("only functions may be imported");
    reader.skipLeb();
  }
  return section;
}

function exportGlobals(section: Uint8Array, globals: number): Uint8Array {
  const added: number[] = [];
  for (let index = 0; index <= globals; index += 1) {
    const name = index === globals ? FUEL_EXPORT : `${GLOBAL_EXPORT_PREFIX}${index}`;
    added.push(name.length, ...Buffer.from(name), KIND.global, ...encodeU32(index));
  }
  return extendVector(section, globals + 1, added);
}

function meterCode(section: Uint8Array, layout: Layout): Uint8Array {
  const reader = createWasmReader(section, 0);
  const writer = createWasmWriter(section.length * 2);
  const bodies = reader.u32();
  writer.u32(bodies);
  for (let index = 0; index < bodies; index += 1) {
    const size = reader.u32();
    const start = reader.offset();
    writer.sized(
      meterBody(section.subarray(start, start + size), layout.globals, layout.constants),
    );
    reader.skip(size);
  }
  return writer.take();
}

function extendVector(section: Uint8Array, count: number, added: number[]): Uint8Array {
  const reader = createWasmReader(section, 0);
  const before = reader.u32();
  return Uint8Array.from([
    ...encodeU32(before + count),
    ...section.subarray(reader.offset()),
    ...added,
  ]);
}

function countOf(section: Uint8Array): number {
  return createWasmReader(section, 0).u32();
}
