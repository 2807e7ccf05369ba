import { AppError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { createBroadcast } from "../broadcast.ts";
import type { BullBackend, BullQueue } from "./bull-backend.ts";
import type { JobQueue } from "../job-queue.ts";
import { enqueueLater, enqueueRun, type Lane, openLane } from "../lane.ts";
import { openPostgresBackend } from "./postgres-backend.ts";
import { openRedisBackend } from "./redis-backend.ts";
import { toReason } from "../reason.ts";
import { createErrorReporter } from "./report-errors.ts";

const ENQUEUE_TIMEOUT_MS = 5_000;
const PING_TIMEOUT_MS = 1_000;
const CLOSE_GRACE_MS = 2_000;

export type BullQueueOptions = {
  log: Log;
  /** The database that carries the queue; `prefix` keeps installations in one Redis apart. */
  on: { redisUrl: string; prefix?: string } | { postgresUrl: string };
  /** How long a running job is left alone when its process gives no sign of life; 9 s unless given. */
  lockMs?: number | undefined;
};

/**
 * A `JobQueue` on BullMQ. Rejects with one sentence when its database does not answer within 3 s.
 * Both carry jobs and messages between processes.
 */
export async function createBullQueue(options: BullQueueOptions): Promise<JobQueue> {
  const { log } = options;
  const report = createErrorReporter(log);
  return createJobQueue(await openBackend(options, report), { log, report });
}

function openBackend(
  { on, lockMs }: BullQueueOptions,
  report: (error: unknown) => void,
): Promise<BullBackend> {
  if ("redisUrl" in on) {
    return openRedisBackend({ url: on.redisUrl, prefix: on.prefix ?? "troupe", report, lockMs });
  }
  return openPostgresBackend({ url: on.postgresUrl, report, lockMs });
}

function createJobQueue(
  backend: BullBackend,
  { log, report }: { log: Log; report: (error: unknown) => void },
): JobQueue {
  const broadcast = createBroadcast(backend.relay, report);
  const queues = new Map<string, Promise<BullQueue>>();
  const lanes: Lane[] = [];
  let closing: Promise<void> | undefined;
  let closed = false;

  const openQueue = (lane: string): Promise<BullQueue> => {
    if (closed) throw new AppError("UNAVAILABLE", "The job queue is closed.");
    const open = queues.get(lane) ?? backend.openQueue(lane);
    queues.set(lane, open);
    open.catch(() => queues.delete(lane));
    return open;
  };

  const close = async (timeoutMs: number) => {
    await Promise.all(lanes.map((lane) => lane.close(timeoutMs)));
    closed = true;
    await broadcast.close();
    await Promise.all([...queues.values()].map(async (queue) => (await queue).close()));
  };

  return {
    async enqueue(lane, id, { delayMs = 0 } = {}) {
      if (delayMs === 0 && lanes.some((open) => open.name === lane && open.offer(id))) return;
      const add = async () => {
        const queue = await openQueue(lane);
        await (delayMs > 0 ? enqueueLater(queue, id, delayMs) : enqueueRun(queue, id));
      };
      await within(ENQUEUE_TIMEOUT_MS, add(), `${backend.place} did not take a job`);
    },
    async work(lane, handler, options) {
      if (closing) throw new AppError("UNAVAILABLE", "The job queue is shutting down.");
      const queue = await openQueue(lane);
      lanes.push(await openLane(backend, queue, { lane, handler, log, ...options }));
    },
    publish: (topic, payload) => broadcast.publish(topic, payload),
    subscribe: (topic, listener) => broadcast.subscribe(topic, listener),
    async waiting(lane) {
      return (await openQueue(lane)).getWaitingCount();
    },
    async health() {
      try {
        await within(PING_TIMEOUT_MS, backend.ping(), "it does not answer");
        return { ok: true, detail: `${backend.place} answers.` };
      } catch (error) {
        const reason = toReason(error);
        return { ok: false, detail: `Jobs wait until ${backend.place} is back: ${reason}` };
      }
    },
    close(timeoutMs) {
      const deadlineMs = timeoutMs + CLOSE_GRACE_MS;
      closing ??= within(deadlineMs, close(timeoutMs), `${backend.place} did not let go`)
        .catch(report)
        .then(() => backend.close());
      return closing;
    },
  };
}

/** What `work` resolves to, or an `UNAVAILABLE` error when it takes longer than `timeoutMs`. */
async function within<T>(timeoutMs: number, work: Promise<T>, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AppError("UNAVAILABLE", `${complaint} within ${timeoutMs / 1000} s.`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
