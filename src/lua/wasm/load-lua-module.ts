import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../base/ids.ts";
import { LUA_LIMITS } from "../limits.ts";
import { meterWasm } from "./meter-wasm.ts";
import { wasmApi, type WasmModule } from "./wasm-api.ts";

/** Lua 5.4.4 as WebAssembly, from wasmoon 1.16.0. Addresses in `instance.ts` belong to this file. */
const LUA_WASM_SHA256 = "95f3f19ddb740125883bc41d5ec670cd0828e7b58c8bdad385323cbff497b55c";

/**
 * Lua's `LUAI_MAXSTACK` in the only forms it has in this file. A million slots would not fit the
 * memory; with fewer, runaway recursion is a Lua error with its line instead of a lack of memory.
 */
const STACK_LIMIT: ReadonlyMap<number, number> = new Map([
  [999_999, LUA_LIMITS.stackSlots - 1],
  [1_000_000, LUA_LIMITS.stackSlots],
  [1_000_200, LUA_LIMITS.stackSlots + 200],
]);

/** Reads wasmoon's WebAssembly file, checks that it is the known one, meters and compiles it. */
export async function loadLuaModule(): Promise<WasmModule> {
  const path = fileURLToPath(new URL("glue.wasm", import.meta.resolve("wasmoon")));
  return wasmApi.compile(meterLuaWasm(await readFile(path)));
}

/** Throws unless `wasm` is exactly the file whose behavior under metering was examined. */
export function meterLuaWasm(wasm: Uint8Array): Uint8Array {
  const actual = sha256(wasm);
  if (actual !== LUA_WASM_SHA256) {
    throw new Error(
      `wasmoon's glue.wasm has sha256 ${actual}, expected ${LUA_WASM_SHA256}: install wasmoon 1.16.0`,
    );
  }
  return meterWasm(wasm, { memoryPages: LUA_LIMITS.memoryPages, constants: STACK_LIMIT });
}
