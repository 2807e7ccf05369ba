import type { Config } from "./base/config.ts";
import type { Log } from "./base/log.ts";
import { createBullQueue } from "./queue/bullmq/bullmq-queue.ts";
import type { JobQueue } from "./queue/job-queue.ts";
import { createMemoryQueue } from "./queue/memory-queue.ts";

/** The queue of this size: Redis where it is configured, else Postgres, else this process alone. */
export async function openQueue(config: Config, log: Log): Promise<JobQueue> {
  const { redisUrl, databaseUrl } = config;
  if (redisUrl !== undefined) return createBullQueue({ log, on: { redisUrl } });
  if (databaseUrl !== undefined) return createBullQueue({ log, on: { postgresUrl: databaseUrl } });
  return createMemoryQueue({ log });
}
