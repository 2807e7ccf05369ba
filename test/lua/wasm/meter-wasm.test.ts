import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { meterLuaWasm } from "../../../src/lua/wasm/load-lua-module.ts";
import { FUEL_EXPORT, meterWasm } from "../../../src/lua/wasm/meter-wasm.ts";
import { wasmApi } from "../../../src/lua/wasm/wasm-api.ts";

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const section = (id: number, body: number[]) => [id, body.length, ...body];
const options = { memoryPages: 1, constants: new Map<number, number>() };

/** A module with one page of memory, one global and one exported function `f` with this code. */
function moduleWith(code: number[]): Uint8Array {
  const body = [0, ...code, 0x0b];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [1, 0x60, 0, 1, 0x7f]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, body.length, ...body]),
  ]);
}

async function start(wasm: Uint8Array, fuel: number) {
  const { exports } = new wasmApi.Instance(await wasmApi.compile(wasm), {});
  const meter = exports[FUEL_EXPORT] as { value: number };
  meter.value = fuel;
  return { f: exports["f"] as () => number, meter };
}

const ENDLESS_LOOP = [0x03, 0x40, 0x0c, 0, 0x0b, 0x41, 7];
const INCREMENT = [0x23, 0, 0x41, 1, 0x6a, 0x24, 0];
const BRANCH_BELOW_TEN = [0x23, 0, 0x41, 10, 0x48, 0x0d, 0];
const TEN_ITERATIONS = [0x03, 0x40, ...INCREMENT, ...BRANCH_BELOW_TEN, 0x0b, 0x41, 7];
const FILL_6400_BYTES = [0x41, 0, 0x41, 1, 0x41, 0x80, 0x32, 0xfc, 11, 0, 0x41, 7];

describe("a metered module", () => {
  it("stops an endless loop", async () => {
    const { f, meter } = await start(meterWasm(moduleWith(ENDLESS_LOOP), options), 1000);
    expect(f).toThrow(/unreachable/u);
    expect(meter.value).toBe(-1);
  });

  it("pays one unit per iteration and still computes the same", async () => {
    const { f, meter } = await start(meterWasm(moduleWith(TEN_ITERATIONS), options), 1000);
    expect(f()).toBe(7);
    expect(meter.value).toBe(990);
  });

  it("pays for bulk memory work by its size", async () => {
    const { f, meter } = await start(meterWasm(moduleWith(FILL_6400_BYTES), options), 1000);
    expect(f()).toBe(7);
    expect(meter.value).toBe(900);
    meter.value = 50;
    expect(f).toThrow(/unreachable/u);
  });

  it("has the asked-for constants replaced", async () => {
    const constants = new Map([[7, -100_000]]);
    const { f } = await start(meterWasm(moduleWith([0x41, 7]), { ...options, constants }), 1);
    expect(f()).toBe(-100_000);
  });

  it.each([
    ["a tail call", [0x12, 0]],
    ["a vector instruction", [0xfd, 12]],
    ["an atomic instruction", [0xfe, 0]],
    ["table.fill", [0xfc, 17, 0]],
    ["an opcode nobody has defined", [0xef]],
  ])("is not made from a module with %s", (_, code) => {
    expect(() => meterWasm(moduleWith(code), options)).toThrow(/unknown WebAssembly opcode/u);
  });

  it("is not made from a module that imports its memory", () => {
    const imports = section(2, [1, 1, 0x65, 1, 0x6d, 2, 0, 1]);
    const wasm = Uint8Array.from([...HEADER, ...imports]);
    expect(() => meterWasm(wasm, options)).toThrow(/only functions may be imported/u);
  });

  it("is not made from another build of Lua than the pinned one", async () => {
    const path = new URL("glue.wasm", import.meta.resolve("wasmoon"));
    const wasm = await readFile(path);
    expect(() => meterLuaWasm(wasm)).not.toThrow();
    wasm[wasm.length - 1] = (wasm.at(-1) ?? 0) ^ 1;
    expect(() => meterLuaWasm(wasm)).toThrow(/install wasmoon 1\.16\.0/u);
  });
});
