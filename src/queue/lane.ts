import { UnrecoverableError, WaitingError } from "bullmq";

import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { BullBackend, BullJob, BullQueue, BullWorker } from "./bullmq/bull-backend.ts";
import type { JobHandler, WorkOptions } from "./job-queue.ts";
import { createMemoryLane, type MemoryLane } from "./memory-lane.ts";
import { MAX_ATTEMPTS, toRetryDelayMs } from "./retry.ts";

/** What a handler gets to end after its signal was aborted. */
const ABORT_GRACE_MS = 500;
const CLOSING = "the process is shutting down";

/**
 * Runs `id` now: one active job per id, at most one waiting.
 * A run that was rejected is repeated by a job of its own, so that it neither swallows nor delays a
 * new run of the same id.
 */
export function enqueueRun(queue: BullQueue, id: string, attempt = 1): Promise<unknown> {
  const data = attempt === 1 ? { id } : { id, attempt };
  return queue.add("run", data, { deduplication: { id, keepLastIfActive: true } });
}

/** Runs `id` in `delayMs`: a job of its own waits, then enqueues the run. */
export function enqueueLater(
  queue: BullQueue,
  id: string,
  delayMs: number,
  attempt = 1,
): Promise<unknown> {
  const data = attempt === 1 ? { id } : { id, attempt };
  return queue.add("later", data, { delay: Math.max(1, Math.round(delayMs)) });
}

export type Lane = {
  readonly name: string;
  /** Takes an id to run here and now; false where the queue has to carry it. */
  offer(id: string): boolean;
  close(timeoutMs: number): Promise<void>;
};

/** Starts running a lane's jobs in this process. */
export async function openLane(
  backend: BullBackend,
  queue: BullQueue,
  options: { lane: string; handler: JobHandler; log: Log } & WorkOptions,
): Promise<Lane> {
  const { lane, handler, concurrency, log } = options;
  const here = options.hereFirst ? openHere(queue, options) : undefined;
  const active = new Set<string>();
  let closing = false;

  const run = async (job: BullJob, signal: AbortSignal) => {
    const { id, attempt = 1 } = job.data;
    active.add(id);
    try {
      await untilAbandoned(handler(id, signal), signal);
    } catch (error) {
      if (signal.aborted) return;
      const fields = { lane, id, attempt, error: toErrorMessage(error) };
      if (attempt >= MAX_ATTEMPTS) {
        log.error(fields, "queue: a job failed for the last time and is dropped");
        return;
      }
      log.warn(fields, "queue: a job failed and will be tried again");
      await enqueueLater(queue, id, toRetryDelayMs(attempt), attempt + 1);
    } finally {
      active.delete(id);
    }
  };

  const worker: BullWorker = await backend.openWorker(
    lane,
    async (job, token, signal) => {
      if (job.name === "later") {
        await enqueueRun(queue, job.data.id, job.data.attempt);
        return;
      }
      if (!signal || !token) throw new UnrecoverableError("a job came without its lock");
      await run(job, signal);
      if (!signal.aborted) return;
      if (!closing) throw new Error(String(signal.reason));
      await job.moveToWait(token);
      throw new WaitingError();
    },
    { concurrency },
  );

  return {
    name: lane,
    offer(id) {
      if (!here || closing || active.has(id)) return false;
      if (!here.isRunning(id) && here.size() + active.size >= concurrency) return false;
      here.enqueue(id);
      return true;
    },
    async close(timeoutMs) {
      closing = true;
      const leftOver = here?.close(timeoutMs) ?? [];
      const timer = setTimeout(() => worker.cancelAllJobs(CLOSING), timeoutMs);
      await worker.close().finally(() => clearTimeout(timer));
      await Promise.all((await leftOver).map((id) => enqueueRun(queue, id)));
    },
  };
}

/** The places of this process for what it enqueues itself. */
function openHere(
  queue: BullQueue,
  {
    lane,
    handler,
    concurrency,
    log,
  }: { lane: string; handler: JobHandler; log: Log } & WorkOptions,
): MemoryLane {
  const here = createMemoryLane({
    name: lane,
    log,
    enqueueLater: (_, id, delayMs) => {
      enqueueLater(queue, id, delayMs).catch((error: unknown) => {
        log.warn({ lane, id, error: toErrorMessage(error) }, "queue: a run is left to the sweep");
      });
    },
  });
  here.work(handler, concurrency);
  return here;
}

/** Settles with the handler, or a grace period after its signal was aborted, whichever is first. */
async function untilAbandoned(running: Promise<void>, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let abandon: (() => void) | undefined;
  const abandoned = new Promise<void>((resolve) => {
    abandon = () => {
      timer = setTimeout(resolve, ABORT_GRACE_MS);
    };
    signal.addEventListener("abort", abandon, { once: true });
  });
  try {
    await Promise.race([running, abandoned]);
  } finally {
    clearTimeout(timer);
    if (abandon) signal.removeEventListener("abort", abandon);
  }
}

/** 0.5 s, 2 s, 8 s, 30 s; half of it is chance, so that what failed together does not come back together. */
