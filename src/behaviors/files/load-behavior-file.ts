import type { EntityManager } from "@mikro-orm/sql";
import type { LuaSandbox } from "../../lua/sandbox.ts";
import { addRevision } from "../lifecycle/add-revision.ts";
import { Behavior } from "../behavior.ts";
import type { BehaviorFile } from "./behavior-file.ts";
import { runBehaviorTests } from "../tests/run-behavior-tests.ts";

/** `failing`: loaded, although it fails tests that are stored with the behavior. */
export type LoadedFile = "unchanged" | "loaded" | "failing" | "rejected";

/**
 * Takes a behavior file into the database: a new script becomes a new revision and the current one.
 * A file that was taken in before is left alone, so that an edit made elsewhere is not undone by a
 * restart. A script that does not compile is noted on the behavior, whose last good revision stays.
 * One that fails the behavior's tests is taken in: whoever edits files has the last word, and is told.
 */
export async function loadBehaviorFile(
  { em, sandbox }: { em: EntityManager; sandbox: LuaSandbox },
  file: BehaviorFile,
): Promise<LoadedFile> {
  return em.transactional(async (tx) => {
    // Several processes read the same folder: one at a time per behavior.
    await tx.execute("select pg_advisory_xact_lock(hashtextextended(?, 7462310711))", [file.name]);
    const behavior =
      (await tx.findOne(Behavior, { name: file.name })) ??
      tx.create(Behavior, { name: file.name, role: file.role, status: file.status ?? "active" });
    if (behavior.fileSha256 === file.sha256) return "unchanged";
    const { role, description } = file;
    tx.assign(behavior, { role, description, fileSha256: file.sha256 });
    const compiled = sandbox.compile(file.name, file.script);
    if (!compiled.ok) {
      const where = compiled.line === undefined ? "" : ` (line ${compiled.line})`;
      behavior.lastError = `rejected${where}: ${compiled.message}`;
      behavior.lastErrorAt = new Date();
      behavior.lastErrorPast = false;
      return "rejected";
    }
    await addRevision(tx, behavior, { script: file.script, by: "file" });
    const tested = { name: file.name, role, script: file.script };
    const results = runBehaviorTests({ sandbox }, tested, behavior.tests ?? []);
    return results.every(({ ok }) => ok) ? "loaded" : "failing";
  });
}
