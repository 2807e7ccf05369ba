import type { WorkerOptions } from "bullmq";

/**
 * How every lane runs. A killed worker's job is back at the latest one lock plus two stalled checks
 * later (15 s); it may stall as often as workers die, because the truth is in the database.
 */
export function toWorkerOptions(lockMs = 9_000) {
  return {
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3),
    maxStalledCount: 1_000_000,
    drainDelay: 5,
    runRetryDelay: 500,
  } as const satisfies Partial<WorkerOptions>;
}

/**
 * Nothing is kept of a finished job, and no stream of events beyond what cannot be turned off.
 * The attempts here are for failures of BullMQ itself; a rejected handler is retried by its lane.
 */
export const QUEUE_OPTIONS = {
  defaultJobOptions: {
    removeOnComplete: true,
    removeOnFail: true,
    attempts: 5,
    backoff: { type: "exponential", delay: 500, jitter: 0.5 },
    stackTraceLimit: 0,
  },
  streams: { events: { maxLen: 1 } },
} as const;

/** A node that died is forgotten after the lease; blocked reads wake for every message anyway. */
export const RELAY_OPTIONS = {
  namespace: "troupe",
  leaseDuration: 30_000,
  blockTimeout: 5_000,
  maxMessageSize: 1024 * 1024,
} as const;
