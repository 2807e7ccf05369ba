/** A compiled module; one may serve many instances. */
export type WasmModule = { readonly [Symbol.toStringTag]: string };
export type WasmGlobal = { value: number };
export type WasmMemory = { readonly buffer: ArrayBuffer };
export type WasmTable = {
  readonly length: number;
  get(index: number): (...values: number[]) => unknown;
};
export type WasmImports = Record<string, Record<string, unknown>>;

type WasmApi = {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  Instance: new (
    module: WasmModule,
    imports: WasmImports,
  ) => { readonly exports: Record<string, unknown> };
  RuntimeError: new () => Error;
};

/**
 * The part of the WebAssembly JavaScript API the sandbox uses. Neither `esnext` nor Node's types
 * declare it, and a server has no use for the browser library that does.
 */
export const wasmApi: WasmApi = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
