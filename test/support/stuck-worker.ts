import { silentLog } from "../../src/base/log.ts";
import { createBullQueue } from "../../src/queue/bullmq/bullmq-queue.ts";

/** A process that takes a job and never ends it: `node stuck-worker.ts <where> <lane> <lock ms>`. */
const [where = "{}", lane = "", lockMs] = process.argv.slice(2);
const on = JSON.parse(where) as { redisUrl: string; prefix: string } | { postgresUrl: string };

const queue = await createBullQueue({ log: silentLog, on, lockMs: Number(lockMs) });
await queue.work(
  lane,
  async (id) => {
    process.stdout.write(`started ${id}\n`);
    await new Promise(() => {});
  },
  { concurrency: 1 },
);
