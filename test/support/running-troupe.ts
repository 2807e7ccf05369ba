import { afterAll } from "vitest";
import { createDataFolder } from "./data-folder.ts";
import { startTroupe, TEST_TOKEN } from "./troupe-process.ts";

/** A running Troupe for a whole test file: its address and data folder. Call it at the top of the file. */
export async function openRunningTroupe(): Promise<{ url: string; dataDir: string }> {
  const folder = await createDataFolder();
  const server = startTroupe({ DATA_DIR: folder.path, TROUPE_ADMIN_TOKEN: TEST_TOKEN });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });
  return { url: await server.ready, dataDir: folder.path };
}
