import { watch } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EntityManager } from "@mikro-orm/sql";
import { toErrorMessage } from "../../base/errors.ts";
import { sha256 } from "../../base/ids.ts";
import type { Log } from "../../base/log.ts";
import type { LuaSandbox } from "../../lua/sandbox.ts";
import { parseBehaviorFile } from "./behavior-file.ts";
import { loadBehaviorFile } from "./load-behavior-file.ts";

/** A file is read once its folder has been still for so long: saving one is several changes. */
const SETTLE_MS = 50;
/** Some folders (network mounts, bind mounts) report no changes, so they are also looked at. */
const LOOK_AGAIN_MS = 5_000;

type Scope = { em: () => EntityManager; sandbox: LuaSandbox; log: Log };

/**
 * Loads every `*.lua` file of a folder now and again whenever one changes, until the returned
 * function is called. A folder that does not exist counts as empty, a file without text as absent.
 */
export async function watchBehaviorFiles(
  scope: Scope,
  folder: string,
): Promise<() => Promise<void>> {
  const seen = new Map<string, string>();
  await loadAll(scope, folder, seen);
  let loading = Promise.resolve();
  let settling: NodeJS.Timeout | undefined;
  const look = () => {
    loading = loading
      .then(() => loadAll(scope, folder, seen))
      .catch((error: unknown) =>
        scope.log.error({ error: toErrorMessage(error) }, "behavior files could not be loaded"),
      );
  };
  const settle = () => {
    clearTimeout(settling);
    settling = setTimeout(look, SETTLE_MS);
  };
  const watcher = openWatcher(folder, settle);
  const timer = setInterval(look, LOOK_AGAIN_MS);
  return async () => {
    watcher?.close();
    clearInterval(timer);
    clearTimeout(settling);
    await loading;
  };
}

function openWatcher(folder: string, onChange: () => void) {
  try {
    return watch(folder, onChange).on("error", () => undefined);
  } catch {
    return undefined;
  }
}

async function loadAll(scope: Scope, folder: string, seen: Map<string, string>): Promise<void> {
  const isFirst = seen.size === 0;
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((file) => file.endsWith(".lua")).sort()) {
    const path = join(folder, name);
    const script = await readFile(path, "utf8").catch(() => undefined);
    // Writing over a file empties it first: without a text it is not written yet.
    if (script === undefined || script.trim() === "") continue;
    if (seen.get(path) === sha256(script)) continue;
    const loaded = await loadBehaviorFile(
      { em: scope.em(), sandbox: scope.sandbox },
      parseBehaviorFile(path, script),
    );
    // Only now: what the database could not take is looked at again.
    seen.set(path, sha256(script));
    if (loaded === "rejected") scope.log.warn({ file: name }, "behavior file rejected");
    if (loaded === "failing") scope.log.warn({ file: name }, "behavior file fails its tests");
    if (loaded === "loaded") scope.log[isFirst ? "debug" : "info"]({ file: name }, "behavior file");
  }
}
