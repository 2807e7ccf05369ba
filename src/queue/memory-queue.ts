import { AppError, toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { JobQueue } from "./job-queue.ts";
import { createMemoryLane, type MemoryLane } from "./memory-lane.ts";

type Listener = (payload: unknown) => void;

/**
 * A `JobQueue` for an installation that is one process: jobs are kept in memory and end with it. That
 * loses nothing, because jobs are only wake-ups: what they are about stands in the database, and the
 * sweep at start wakes it again. Nothing is published anywhere, since nobody else could listen.
 */
export function createMemoryQueue({ log }: { log: Log }): JobQueue {
  const lanes = new Map<string, MemoryLane>();
  const topics = new Map<string, Set<Listener>>();
  const delays = new Set<NodeJS.Timeout>();
  let closing: Promise<void> | undefined;
  let closed = false;

  function laneOf(name: string): MemoryLane {
    const lane = lanes.get(name) ?? createMemoryLane({ name, log, enqueueLater });
    lanes.set(name, lane);
    return lane;
  }

  function enqueueLater(lane: string, id: string, delayMs: number): void {
    const timer = setTimeout(() => {
      delays.delete(timer);
      laneOf(lane).enqueue(id);
    }, delayMs);
    delays.add(timer.unref());
  }

  function deliver(topic: string, text: string): void {
    for (const listener of topics.get(topic) ?? []) {
      try {
        listener(JSON.parse(text));
      } catch (error) {
        log.error({ topic, error: toErrorMessage(error) }, "queue: a listener failed");
      }
    }
  }

  async function close(timeoutMs: number): Promise<void> {
    for (const timer of delays) clearTimeout(timer);
    await Promise.all(Array.from(lanes.values(), (lane) => lane.close(timeoutMs)));
    closed = true;
  }

  return {
    async enqueue(lane, id, { delayMs = 0 } = {}) {
      // Handlers that still run may enqueue: it is for the sweep of the next start.
      if (closed) throw new AppError("UNAVAILABLE", "The job queue is closed.");
      if (delayMs > 0) enqueueLater(lane, id, delayMs);
      else laneOf(lane).enqueue(id);
    },
    async work(lane, handler, { concurrency }) {
      laneOf(lane).work(handler, concurrency);
    },
    publish(topic, payload) {
      if (closing || !topics.has(topic)) return;
      try {
        // As text, like between processes: no listener sees what the publisher changes afterwards.
        const text = JSON.stringify(payload ?? null);
        queueMicrotask(() => deliver(topic, text));
      } catch (error) {
        log.error({ topic, error: toErrorMessage(error) }, "queue: a message is no JSON");
      }
    },
    subscribe(topic, listener) {
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners);
      const own: Listener = (payload) => listener(payload);
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
    async waiting(lane) {
      return lanes.get(lane)?.waiting() ?? 0;
    },
    async health() {
      return { ok: !closing, detail: "The queue is in this process's memory." };
    },
    close: (timeoutMs) => (closing ??= close(timeoutMs)),
  };
}
