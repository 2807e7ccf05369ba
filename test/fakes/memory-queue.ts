import { AppError } from "../../src/base/errors.ts";
import type { JobHandler, JobQueue } from "../../src/queue/job-queue.ts";

const MAX_ATTEMPTS = 5;
const FIRST_RETRY_MS = 5;

type Listener = (payload: unknown) => void;
type MemoryLane = {
  waiting: string[];
  active: Set<string>;
  /** Ids enqueued while they were active: one more run each. */
  again: Set<string>;
  attempts: Map<string, number>;
  wake: Set<() => void>;
};

/** What several memory queues share, as processes share a database. */
export type MemoryStore = { lanes: Map<string, MemoryLane>; buses: Set<(m: Message) => void> };
type Message = { topic: string; text: string };

export function createMemoryStore(): MemoryStore {
  return { lanes: new Map(), buses: new Set() };
}

/** A `JobQueue` in memory; queues made on the same store behave like processes on one database. */
export function createMemoryQueue(store: MemoryStore = createMemoryStore()): JobQueue {
  const workers: MemoryWorker[] = [];
  const topics = new Map<string, Set<Listener>>();
  let closing: Promise<void> | undefined;
  let closed = false;

  const receive = ({ topic, text }: Message) => {
    const payload: unknown = JSON.parse(text);
    const listeners = [...(topics.get(topic) ?? [])];
    for (const listener of listeners) {
      try {
        listener(payload);
      } catch {
        continue;
      }
    }
  };
  store.buses.add(receive);

  const close = async (timeoutMs: number) => {
    await Promise.all(workers.map((worker) => worker.close(timeoutMs)));
    closed = true;
    store.buses.delete(receive);
  };

  return {
    async enqueue(lane, id, { delayMs = 0 } = {}) {
      if (closed) throw new AppError("UNAVAILABLE", "The job queue is closed.");
      const add = () => enqueueIn(toLane(store, lane), id);
      if (delayMs > 0) setTimeout(add, delayMs).unref();
      else add();
    },
    async work(lane, handler, { concurrency }) {
      workers.push(createWorker(toLane(store, lane), handler, concurrency));
    },
    publish(topic, payload) {
      if (closed) return;
      let text: string;
      try {
        text = JSON.stringify(payload ?? null);
      } catch {
        return;
      }
      queueMicrotask(() => {
        for (const bus of store.buses) bus({ topic, text });
      });
    },
    subscribe(topic, listener) {
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners);
      const own: Listener = (payload) => listener(payload);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    async waiting(lane) {
      return toLane(store, lane).waiting.length;
    },
    async health() {
      return { ok: true, detail: "The queue is in memory." };
    },
    close: (timeoutMs) => (closing ??= close(timeoutMs)),
  };
}

function toLane(store: MemoryStore, name: string): MemoryLane {
  const lane = store.lanes.get(name) ?? {
    waiting: [],
    active: new Set(),
    again: new Set(),
    attempts: new Map(),
    wake: new Set(),
  };
  store.lanes.set(name, lane);
  return lane;
}

function enqueueIn(lane: MemoryLane, id: string): void {
  if (lane.active.has(id)) lane.again.add(id);
  else if (!lane.waiting.includes(id)) lane.waiting.push(id);
  for (const wake of lane.wake) wake();
}

type MemoryWorker = { close(timeoutMs: number): Promise<void> };

function createWorker(lane: MemoryLane, handler: JobHandler, concurrency: number): MemoryWorker {
  const running = new Map<string, { controller: AbortController; ended: Promise<void> }>();
  let closing = false;

  const end = (id: string) => {
    running.delete(id);
    lane.active.delete(id);
    if (lane.again.delete(id)) enqueueIn(lane, id);
    take();
  };

  const run = async (id: string, signal: AbortSignal) => {
    let failed = false;
    try {
      await handler(id, signal);
    } catch {
      failed = true;
    }
    if (signal.aborted) return;
    const attempt = (lane.attempts.get(id) ?? 0) + 1;
    lane.attempts.delete(id);
    end(id);
    if (!failed || attempt >= MAX_ATTEMPTS) return;
    lane.attempts.set(id, attempt);
    setTimeout(() => enqueueIn(lane, id), FIRST_RETRY_MS * 2 ** attempt).unref();
  };

  const take = () => {
    while (running.size < concurrency) {
      const id = closing ? undefined : lane.waiting.shift();
      if (id === undefined) return;
      const controller = new AbortController();
      lane.active.add(id);
      running.set(id, { controller, ended: run(id, controller.signal) });
    }
  };

  lane.wake.add(take);
  take();
  return {
    async close(timeoutMs) {
      closing = true;
      lane.wake.delete(take);
      const ended = Promise.all([...running.values()].map((job) => job.ended));
      const timer = Promise.withResolvers<void>();
      setTimeout(timer.resolve, timeoutMs);
      await Promise.race([ended, timer.promise]);
      for (const [id, { controller }] of running) {
        controller.abort(new Error("the process is shutting down"));
        lane.active.delete(id);
        lane.again.delete(id);
        enqueueIn(lane, id);
      }
    },
  };
}
