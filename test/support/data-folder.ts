import { cpSync } from "node:fs";
import { join } from "node:path";
import { requireTemplate } from "./embedded-template.ts";
import { createFolder, type Folder } from "./troupe-process.ts";

/** A data folder whose embedded database is migrated and empty, which a start would take seconds to make. */
export async function createDataFolder(): Promise<Folder> {
  const folder = createFolder();
  cpSync(await requireTemplate(), join(folder.path, "database"), { recursive: true });
  return folder;
}
