/** The part of the WebAssembly JavaScript API the sandbox uses; neither `esnext` nor Node's types declare it. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  class RuntimeError extends Error {}
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Global {
    value: number;
  }
  interface Table {
    readonly length: number;
    get(index: number): (...values: number[]) => unknown;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
