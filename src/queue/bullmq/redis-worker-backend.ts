import { type BackendFactory, createRedisBackend, type RedisQueueBackend } from "bullmq";
import type { Redis } from "ioredis";

/**
 * A queue's marker wakes one waiting worker. BullMQ sets it for every job that is added, and again
 * with every job that is handed out, in case there are more. This takes it back when there are none.
 */
const SETTLE = `
  for i = 1, 3 do
    if redis.call("EXISTS", KEYS[i]) == 1 then return 0 end
  end
  redis.call("ZREM", KEYS[4], "0")
  return 1`;

const NO_JOB = [undefined, undefined, 0, 0];

/**
 * BullMQ's Redis backend for workers that often wait. Who was woken asks for a job, and in the same
 * write whether it was the last one: then it waits again at once, instead of asking for the next
 * job in vain, being woken in vain, and asking once more.
 */
export function createRedisWorkerBackend(redis: Redis): BackendFactory<RedisQueueBackend> {
  return (name, options, kind) => {
    const backend = createRedisBackend(name, options, kind);
    const waitForJob = backend.waitForJob.bind(backend);
    const moveToActive = backend.moveToActive.bind(backend);
    let wasWoken = false;
    let wasLast = false;

    const settle = async (): Promise<boolean> => {
      const { wait, prioritized, delayed, marker } = backend.keys;
      // As long as the claim needs to get its client: this is sent right behind it.
      await backend.client;
      return (
        (await redis.eval(SETTLE, 4, `${wait}`, `${prioritized}`, `${delayed}`, `${marker}`)) === 1
      );
    };

    return Object.assign(backend, {
      async waitForJob(timeoutSeconds: number) {
        const marker = await waitForJob(timeoutSeconds);
        wasWoken = true;
        return marker;
      },
      async moveToActive(token: string, workerName?: string) {
        const [woken, last] = [wasWoken, wasLast];
        wasWoken = false;
        wasLast = false;
        // Who took the marker must look: only without it "the last one" of before still holds.
        if (!woken) return last ? NO_JOB : moveToActive(token, workerName);
        const claiming = moveToActive(token, workerName);
        const settling = settle().catch(() => false);
        const [job, settled] = await Promise.all([claiming, settling]);
        wasLast = settled && Boolean(job[0]);
        return job;
      },
    });
  };
}
