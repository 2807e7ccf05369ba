import type { LuaInstance } from "./instance.ts";

/** A frozen copy of everything a script can change: static data, Lua's heap and the module's globals. */
export type LuaSnapshot = {
  readonly data: Uint8Array;
  readonly heap: Uint8Array;
  readonly globals: readonly number[];
};

/** C stack below its start that every run may have touched; more is wiped only when more was used. */
const SHALLOW_STACK_BYTES = 16 * 1024;

export function takeSnapshot(instance: LuaInstance): LuaSnapshot {
  const { bytes, layout } = instance;
  return {
    data: bytes.slice(0, layout.stackEnd),
    heap: bytes.slice(layout.heapStart, instance.heapEnd()),
    globals: instance.globals.map((global) => global.value),
  };
}

/**
 * Puts the instance back to the moment of the snapshot, whatever happened since: a trap in the
 * middle of a collection, a corrupted heap, leaked globals. `deep` also wipes the whole C stack.
 */
export function restoreSnapshot(instance: LuaInstance, snapshot: LuaSnapshot, deep: boolean): void {
  const { bytes, layout } = instance;
  const used = instance.heapEnd();
  const heapEnd = layout.heapStart + snapshot.heap.length;
  bytes.set(snapshot.data, 0);
  bytes.set(snapshot.heap, layout.heapStart);
  if (used > heapEnd) bytes.fill(0, heapEnd, used);
  bytes.fill(0, deep ? layout.stackEnd : layout.stackBase - SHALLOW_STACK_BYTES, layout.stackBase);
  for (const [index, global] of instance.globals.entries()) {
    global.value = snapshot.globals[index] ?? 0;
  }
}
