import { onTestFinished } from "vitest";
import type { TestDatabase } from "../services.ts";
import { createFolder, startTroupe, TEST_TOKEN } from "../troupe-process.ts";
import type { AnsweringModel } from "./answering-model.ts";
import { type Respawning, startRespawning } from "./respawning.ts";

/** Processes with every role and the same tokens, each of which can be killed and comes back. */
export async function startChatProcesses(
  model: AnsweringModel,
  options: { database: TestDatabase; redisUrl: string; platform: Record<string, string> },
): Promise<Respawning[]> {
  const folder = createFolder();
  onTestFinished(() => folder.remove());
  const env = {
    TROUPE_ADMIN_TOKEN: TEST_TOKEN,
    DATA_DIR: folder.path,
    DATABASE_URL: options.database.url,
    REDIS_URL: options.redisUrl,
    ...options.platform,
  };
  const processes = ["one", "two"].map((name) =>
    startRespawning(name, (maker) => startTroupe({ ...env, ...model.env(maker) })),
  );
  onTestFinished(async () => void (await Promise.all(processes.map((each) => each.stop()))));
  await Promise.all(processes.map((each) => each.ready()));
  return processes;
}
