import type { Config } from "./base/config.ts";
import type { Log } from "./base/log.ts";
import { createBullQueue } from "./queue/bullmq-queue.ts";
import type { JobQueue } from "./queue/job-queue.ts";
import type { Database } from "./store/database.ts";

/** The queue of this size: Redis where it is configured, else the database itself. */
export function openQueue(config: Config, { native }: Database, log: Log): Promise<JobQueue> {
  const { redisUrl, databaseUrl } = config;
  if (redisUrl !== undefined) return createBullQueue({ log, on: { redisUrl } });
  if (native.kind === "pglite") return createBullQueue({ log, on: { pglite: native.pglite } });
  return createBullQueue({ log, on: { postgresUrl: databaseUrl as string } });
}
