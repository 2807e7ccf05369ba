import { LuaHostFault } from "./host/host.ts";
import type { LuaState } from "./lua-state.ts";
import type { LuaFailure } from "./lua-outcome.ts";
import { wasmApi } from "./wasm/wasm-api.ts";
import { restoreSnapshot, type LuaSnapshot } from "./snapshot.ts";

/** The one Lua state of a sandbox, used again and again; `isDeepDirty` after anything but a usual run. */
export type LuaMachine = { state: LuaState; isDeepDirty: boolean };

export function rewind(machine: LuaMachine, snapshot: LuaSnapshot, fuel: number): void {
  restoreSnapshot(machine.state, snapshot, machine.isDeepDirty);
  machine.isDeepDirty = true;
  machine.state.fuel.value = fuel;
}

/** What a trap means; throws on what cannot come from a script. */
export function explainTrap(
  machine: LuaMachine,
  thrown: unknown,
): Pick<LuaFailure, "outcome" | "message"> {
  if (machine.state.fuel.value < 0) {
    return { outcome: "timeout", message: "the script did more work than one run may do" };
  }
  if (thrown instanceof RangeError) return { outcome: "error", message: "stack overflow" };
  if (thrown instanceof wasmApi.RuntimeError || thrown instanceof LuaHostFault) {
    return { outcome: "error", message: `the sandbox stopped the script: ${thrown.message}` };
  }
  throw thrown;
}
