import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { JobHandler } from "./job-queue.ts";
import { MAX_ATTEMPTS, toRetryDelayMs } from "./retry.ts";

export type MemoryLane = {
  enqueue(id: string): void;
  work(handler: JobHandler, concurrency: number): void;
  waiting(): number;
  /** Ids that run or wait to. */
  size(): number;
  isRunning(id: string): boolean;
  /** Answers the ids that are left over: those that never ran, and those that were cut off. */
  close(timeoutMs: number): Promise<string[]>;
};

type Running = { controller: AbortController; ended: Promise<void> };

/** One lane of a queue in memory: at most one run of an id at a time, and at most one waiting. */
export function createMemoryLane(options: {
  name: string;
  log: Log;
  enqueueLater: (lane: string, id: string, delayMs: number) => void;
}): MemoryLane {
  const { name, log, enqueueLater } = options;
  const waiting = new Set<string>();
  const running = new Map<string, Running>();
  const attempts = new Map<string, number>();
  const workers: { handler: JobHandler; free: number }[] = [];
  let closing = false;

  function take(): void {
    // An id that runs waits for its end; the ids behind it pass by.
    for (const id of waiting) {
      const worker = closing ? undefined : workers.find(({ free }) => free > 0);
      if (!worker) return;
      if (running.has(id)) continue;
      waiting.delete(id);
      worker.free--;
      const controller = new AbortController();
      const ended = run(id, worker.handler, controller.signal).finally(() => {
        worker.free++;
        running.delete(id);
        if (waiting.size > 0) take();
      });
      running.set(id, { controller, ended });
    }
  }

  async function run(id: string, handler: JobHandler, signal: AbortSignal): Promise<void> {
    // Never in the caller's stack: an enqueue returns before its run begins.
    await Promise.resolve();
    try {
      await handler(id, signal);
      attempts.delete(id);
    } catch (error) {
      if (!signal.aborted) retry(id, error);
    }
  }

  function retry(id: string, error: unknown): void {
    const attempt = (attempts.get(id) ?? 0) + 1;
    const fields = { lane: name, id, attempt, error: toErrorMessage(error) };
    if (attempt >= MAX_ATTEMPTS) {
      attempts.delete(id);
      log.error(fields, "queue: a job failed for the last time and is dropped");
      return;
    }
    attempts.set(id, attempt);
    log.warn(fields, "queue: a job failed and will be tried again");
    enqueueLater(name, id, toRetryDelayMs(attempt));
  }

  return {
    enqueue(id) {
      waiting.add(id);
      take();
    },
    work(handler, concurrency) {
      workers.push({ handler, free: concurrency });
      take();
    },
    waiting: () => waiting.size,
    size: () => waiting.size + running.size,
    isRunning: (id) => running.has(id),
    async close(timeoutMs) {
      closing = true;
      const ended = Promise.all(Array.from(running.values(), (job) => job.ended));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((settle) => {
        timer = setTimeout(settle, timeoutMs);
      });
      await Promise.race([ended, late]);
      clearTimeout(timer);
      const cutOff = [...running.keys()];
      for (const { controller } of running.values()) {
        controller.abort(new Error("the process is shutting down"));
      }
      await Promise.race([ended, pause(ABORT_GRACE_MS)]);
      return [...new Set([...cutOff, ...waiting])];
    },
  };
}

/** What a handler gets to end after its signal was aborted. */
const ABORT_GRACE_MS = 500;

function pause(ms: number): Promise<void> {
  return new Promise((settle) => setTimeout(settle, ms).unref());
}
