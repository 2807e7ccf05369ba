import { createRedisBackend, Relay, withBackend } from "bullmq";
import { Redis } from "ioredis";

import { AppError } from "../../base/errors.ts";
import type { BullBackend, JobData } from "./bull-backend.ts";
import { QUEUE_OPTIONS, RELAY_OPTIONS, toWorkerOptions } from "./bull-options.ts";
import { gatherWrites } from "../gather-writes.ts";
import { toPlace } from "../place.ts";
import { toReason } from "../reason.ts";
import { createRedisWorkerBackend } from "./redis-worker-backend.ts";

const CONNECT_TIMEOUT_MS = 3_000;

export type RedisBackendOptions = {
  url: string;
  /** Keeps this installation's keys apart from others in the same Redis. */
  prefix: string;
  report: (error: unknown) => void;
  lockMs?: number | undefined;
};

/**
 * BullMQ on Redis: one connection for commands, shared by all queues, workers and the relay, and
 * one blocking connection per worker and for the relay. All of them reconnect for ever.
 */
export async function openRedisBackend(options: RedisBackendOptions): Promise<BullBackend> {
  const { prefix, report, lockMs } = options;
  const place = `Redis at ${toPlace(options.url, 6379)}`;
  const redis = await connect(options.url, place, report);
  const closeCopies = trackCopies(redis, report);
  const shared = { connection: redis, prefix };
  const { Queue } = withBackend(createRedisBackend);
  const { Worker } = withBackend(createRedisWorkerBackend(redis));
  const relay = new Relay({ ...shared, ...RELAY_OPTIONS });
  relay.on("error", report);
  try {
    await relay.waitUntilReady();
  } catch (error) {
    closeCopies();
    redis.disconnect();
    throw new AppError("UNAVAILABLE", `${place} cannot be used: ${toReason(error)}`, {
      cause: error,
    });
  }

  return {
    place,
    relay,
    async openQueue(lane) {
      const queue = new Queue<JobData>(lane, { ...shared, ...QUEUE_OPTIONS });
      queue.on("error", report);
      await queue.waitUntilReady();
      return queue;
    },
    async openWorker(lane, processor, { concurrency = 1 }) {
      const worker = new Worker<JobData, void>(lane, processor, {
        ...shared,
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
    ping: () => redis.ping(),
    async close() {
      closeCopies();
      redis.disconnect();
    },
  };
}

/** BullMQ copies the connection for blocking reads; no copy may outlive an outage at closing time. */
function trackCopies(redis: Redis, report: (error: unknown) => void): () => void {
  const copies: Redis[] = [];
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (override) => {
    const copy = duplicate(override);
    copy.on("error", report);
    copies.push(copy);
    return copy;
  };
  return () => {
    for (const copy of copies) copy.disconnect();
  };
}

async function connect(
  url: string,
  place: string,
  report: (error: unknown) => void,
): Promise<Redis> {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
  });
  let lastError: unknown;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.disconnect();
      const reason = lastError ? `: ${toReason(lastError)}` : "";
      reject(
        new AppError(
          "UNAVAILABLE",
          `${place} does not answer${reason}. Start it, or correct REDIS_URL.`,
          { cause: lastError },
        ),
      );
    }, CONNECT_TIMEOUT_MS);
    redis.on("error", (error) => {
      lastError = error;
    });
    redis.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  redis.on("error", report);
  gatherWrites(redis);
  return redis;
}
