import type { BullRelay } from "./bullmq/bull-backend.ts";
import { joinNodes, type Nodes } from "./nodes.ts";

type Listener = (payload: unknown) => void;

export type Broadcast = {
  publish(topic: string, payload: unknown): void;
  subscribe(topic: string, listener: Listener): () => void;
  close(): Promise<void>;
};

/**
 * Publish and subscribe: in this process directly, and to those other processes through the relay
 * that said they listen to the topic.
 */
export function createBroadcast(
  relay: BullRelay | undefined,
  report: (error: unknown) => void,
): Broadcast {
  const topics = new Map<string, Set<Listener>>();
  let arrived: { topic: string; text: string }[] = [];
  let closed = false;

  const deliver = (topic: string, text: string) => {
    // A copy: who subscribes while a message is handed out does not get that message.
    const listeners = [...(topics.get(topic) ?? [])];
    if (listeners.length === 0) return;
    const payload: unknown = JSON.parse(text);
    for (const listener of listeners) {
      try {
        listener(payload);
      } catch (error) {
        report(error);
      }
    }
  };

  const deliverArrived = () => {
    const batch = arrived;
    arrived = [];
    for (const { topic, text } of batch) deliver(topic, text);
  };

  const listensTo = (topic: string) => topics.has(topic);
  const nodes: Nodes | undefined = relay && joinNodes(relay, { listensTo, deliver, report });

  return {
    publish(topic, payload) {
      const elsewhere = nodes?.listeningTo(topic);
      if (closed || !(elsewhere || listensTo(topic))) return;
      let text: string;
      try {
        text = JSON.stringify(payload ?? null);
      } catch (error) {
        report(error);
        return;
      }
      if (elsewhere) nodes?.send(elsewhere, [topic, text]);
      if (!listensTo(topic)) return;
      if (arrived.push({ topic, text }) === 1) queueMicrotask(deliverArrived);
    },

    subscribe(topic, listener) {
      const listeners = topics.get(topic) ?? new Set();
      const own: Listener = (payload) => listener(payload);
      topics.set(topic, listeners.add(own));
      if (listeners.size === 1) nodes?.gained(topic);
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        topics.delete(topic);
        nodes?.lost(topic);
      };
    },

    async close() {
      await nodes?.flushed();
      closed = true;
      nodes?.close();
      await relay?.close();
    },
  };
}
