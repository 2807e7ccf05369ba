import { createPostgresBackend, type PgPool, withBackend } from "bullmq";

import type { BullBackend, JobData } from "./bull-backend.ts";
import { QUEUE_OPTIONS, toWorkerOptions } from "./bull-options.ts";

/** BullMQ's queues and workers on pools whose search path leads to its schema. */
export function openBullOnPool(options: {
  adding: PgPool;
  working: PgPool;
  report: (error: unknown) => void;
  lockMs?: number | undefined;
}): Pick<BullBackend, "openQueue" | "openWorker"> {
  const { adding, working, report, lockMs } = options;
  const { Queue, Worker } = withBackend(createPostgresBackend);
  return {
    async openQueue(lane) {
      const queue = new Queue<JobData>(lane, { connection: adding, ...QUEUE_OPTIONS });
      queue.on("error", report);
      await queue.waitUntilReady();
      return queue;
    },
    async openWorker(lane, processor, { concurrency = 1 }) {
      const worker = new Worker<JobData, void>(lane, processor, {
        connection: working,
        ...toWorkerOptions(lockMs),
        concurrency,
      });
      worker.on("error", report);
      worker.on("lockRenewalFailed", (ids) => {
        for (const id of ids) worker.cancelJob(id, "the lock was lost");
      });
      await worker.waitUntilReady();
      return worker;
    },
  };
}
