import { sha256 } from "../base/ids.ts";
import { LUA_LIMITS } from "./limits.ts";
import { LUA_STATUS } from "./wasm/lua-exports.ts";
import { readError, toChunkName } from "./lua-message.ts";
import type { LuaRejection } from "./lua-outcome.ts";
import type { LuaState } from "./lua-state.ts";
import { explainTrap, type LuaMachine, rewind } from "./machine.ts";
import { prepareSource } from "./prepare-source.ts";
import { writeCString } from "./scratch.ts";
import { type LuaSnapshot, takeSnapshot } from "./snapshot.ts";

/** A compiled script, immutable and without a lifetime: about 70 KB that are simply forgotten. */
export type LuaScript = {
  readonly name: string;
  readonly sourceHash: string;
  readonly snapshot: LuaSnapshot;
};

/** `base` is the state with its libraries and no script. */
export function createCompiler(machine: LuaMachine, base: LuaSnapshot) {
  return (name: string, source: string): { ok: true; script: LuaScript } | LuaRejection => {
    const prepared = prepareSource(source);
    if (!prepared.ok) {
      return {
        ok: false,
        outcome: "rejected",
        message: `${toChunkName(name)}: ${prepared.message}`,
      };
    }
    const chunkName = toChunkName(name);
    rewind(machine, base, LUA_LIMITS.compileFuel);
    try {
      if (load(machine.state, chunkName, prepared.bytes) !== LUA_STATUS.ok) {
        return { ok: false, outcome: "rejected", ...readError(machine.state, chunkName) };
      }
    } catch (thrown) {
      const { message } = explainTrap(machine, thrown);
      return { ok: false, outcome: "rejected", message: `${chunkName}: ${message}` };
    }
    const snapshot = takeSnapshot(machine.state);
    return { ok: true, script: Object.freeze({ name, sourceHash: sha256(source), snapshot }) };
  };
}

function load(state: LuaState, chunkName: string, source: Buffer): number {
  const { c, bytes, layout, L, textMode } = state;
  bytes.set(source, layout.stackEnd);
  const name = writeCString(state, layout.stackEnd + source.length, `=${chunkName}`);
  return c.luaL_loadbufferx(L, layout.stackEnd, source.length, name, textMode);
}
