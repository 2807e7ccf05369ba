import { sha256 } from "../base/ids.ts";
import type { LuaSandbox } from "./sandbox.ts";

export type ScriptCache = {
  /** As the sandbox's `compile`, but the same name and source are compiled once. */
  compile: LuaSandbox["compile"];
};

/** Keeps the `capacity` most recently used scripts, about 70 KB each. */
export function createScriptCache(
  sandbox: Pick<LuaSandbox, "compile">,
  capacity = 256,
): ScriptCache {
  const cached = new Map<string, ReturnType<LuaSandbox["compile"]>>();
  return {
    compile(name, source) {
      const key = `${sha256(source)}:${name}`;
      const result = cached.get(key) ?? sandbox.compile(name, source);
      cached.delete(key);
      cached.set(key, result);
      const oldest = cached.keys().next().value;
      if (cached.size > capacity && oldest !== undefined) cached.delete(oldest);
      return result;
    },
  };
}
