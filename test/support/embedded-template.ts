import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../src/base/ids.ts";
import { databaseSchema } from "../../src/database-schema.ts";
import { openPglite } from "../../src/store/open-pglite.ts";

/** Making an embedded database takes seconds, copying a migrated one a tenth of that. */
export async function requireTemplate(): Promise<string> {
  const sources = databaseSchema.migrations.map((migration) => migration.class.toString());
  const lockFile = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
  const version = sha256([...sources, lockFile].join("\n")).slice(0, 16);
  const path = join(tmpdir(), `troupe-test-template-${version}`);
  if (existsSync(path)) return path;
  const building = mkdtempSync(join(tmpdir(), "troupe-test-template-"));
  const db = await openPglite(building, databaseSchema);
  await db.close();
  try {
    renameSync(join(building, "database"), path);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return path;
}
