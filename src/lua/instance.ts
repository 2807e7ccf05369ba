import { createLuaHost, type LuaHost } from "./host/host.ts";
import type { LuaExports } from "./wasm/lua-exports.ts";
import { FUEL_EXPORT, GLOBAL_EXPORT_PREFIX } from "./wasm/meter-wasm.ts";
import { wasmApi, type WasmGlobal, type WasmModule } from "./wasm/wasm-api.ts";

/** Where the pinned module's `sbrk` keeps the end of the heap it has handed out. */
const HEAP_END_ADDRESS = 31_452;

/** Ample for opening the libraries and the prelude. */
const START_FUEL = 50_000_000;

/** The memory from low to high: static data up to `stackEnd`, C stack growing down from `stackBase`, heap. */
type LuaLayout = { stackEnd: number; stackBase: number; heapStart: number };

/** One running copy of the module: its C API, its memory and its meter, without a Lua state yet. */
export type LuaInstance = {
  c: LuaExports;
  host: LuaHost;
  bytes: Uint8Array;
  /** The same memory, for decoding text. */
  text: Buffer;
  view: DataView;
  layout: LuaLayout;
  /** The module's own mutable globals: stack pointer and the like. */
  globals: readonly WasmGlobal[];
  fuel: WasmGlobal;
  heapEnd(): number;
};

export function instantiateLua(module: WasmModule): LuaInstance {
  const host = createLuaHost();
  const { exports } = new wasmApi.Instance(module, host.imports);
  const c = exports as LuaExports;
  const fuel = exports[FUEL_EXPORT] as WasmGlobal;
  const bytes = new Uint8Array(c.memory.buffer);
  const view = new DataView(c.memory.buffer);

  fuel.value = START_FUEL;
  host.connect({ view, fuel, c });
  c.emscripten_stack_init();
  c.__wasm_call_ctors();

  const stackBase = c.emscripten_stack_get_base();
  return {
    c,
    host,
    bytes,
    text: Buffer.from(c.memory.buffer),
    view,
    layout: { stackEnd: c.emscripten_stack_get_end(), stackBase, heapStart: stackBase },
    globals: Object.keys(exports)
      .filter((name) => name.startsWith(GLOBAL_EXPORT_PREFIX))
      .map((name) => exports[name] as WasmGlobal),
    fuel,
    heapEnd() {
      const end = view.getUint32(HEAP_END_ADDRESS, true);
      // A script that corrupts this word only makes the next restore wipe everything.
      return end >= stackBase && end <= bytes.length ? end : bytes.length;
    },
  };
}
