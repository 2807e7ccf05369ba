import type { JobQueue } from "../../src/queue/job-queue.ts";

export type WatchedQueue = JobQueue & {
  readonly enqueued: { lane: string; id: string; delayMs: number }[];
  readonly published: { topic: string; payload: unknown }[];
  /** Topics subscribed to, in order. */
  readonly subscribed: string[];
};

/** A working queue that tells what is asked of it. */
export function watchQueue(queue: JobQueue): WatchedQueue {
  const enqueued: WatchedQueue["enqueued"] = [];
  const published: WatchedQueue["published"] = [];
  const subscribed: string[] = [];
  return {
    ...queue,
    enqueued,
    published,
    subscribed,
    enqueue(lane, id, options = {}) {
      enqueued.push({ lane, id, delayMs: options.delayMs ?? 0 });
      return queue.enqueue(lane, id, options);
    },
    publish(topic, payload) {
      published.push({ topic, payload });
      queue.publish(topic, payload);
    },
    subscribe(topic, listener) {
      subscribed.push(topic);
      return queue.subscribe(topic, listener);
    },
  };
}
