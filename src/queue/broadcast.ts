import { sha256 } from "../base/ids.ts";
import type { BullRelay } from "./bull-backend.ts";

const MAX_BATCH_CHARS = 256 * 1024;
const MAX_PENDING = 20_000;
const MAX_KNOWN_PUBLISHERS = 1_000;
const RESUBSCRIBE_MS = 1_000;

type Listener = (payload: unknown) => void;
/** What travels: who published, a number that only grows, and the payloads as JSON. */
type Envelope = { from: string; batch: number; payloads: string[] };
type Topic = { listeners: Set<Listener>; closed: boolean; leave: () => void };

export type Broadcast = {
  publish(topic: string, payload: unknown): void;
  subscribe(topic: string, listener: Listener): () => void;
  close(): Promise<void>;
};

/**
 * Publish and subscribe: in this process directly, to other processes through the relay.
 * While one message is on its way, further ones of the same topic gather and travel together.
 */
export function createBroadcast(
  relay: BullRelay | undefined,
  report: (error: unknown) => void,
): Broadcast {
  const topics = new Map<string, Topic>();
  const outgoing = createOutgoing(relay, report);
  const lastBatch = new Map<string, number>();
  let arrived: { topic: string; text: string }[] = [];
  let closed = false;

  const deliver = (topic: string, text: string) => {
    // A copy: who subscribes while a message is handed out does not get that message.
    const listeners = [...(topics.get(topic)?.listeners ?? [])];
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

  const isNews = ({ from, batch }: Envelope) => {
    if (batch <= (lastBatch.get(from) ?? 0)) return false;
    lastBatch.delete(from);
    lastBatch.set(from, batch);
    if (lastBatch.size > MAX_KNOWN_PUBLISHERS) {
      for (const oldest of lastBatch.keys()) {
        lastBatch.delete(oldest);
        break;
      }
    }
    return true;
  };

  const join = (name: string): Topic => {
    const topic: Topic = { listeners: new Set(), closed: false, leave() {} };
    if (!relay) return topic;
    const listen = async (): Promise<void> => {
      try {
        const subscription = await relay.subscribe(toRelayTopic(name), ({ data }) => {
          const envelope = data as Envelope;
          if (topic.closed || envelope.from === relay.nodeId || !isNews(envelope)) return;
          for (const text of envelope.payloads) deliver(name, text);
        });
        topic.leave = () => void subscription.unsubscribe().catch(report);
        if (topic.closed) topic.leave();
      } catch (error) {
        if (topic.closed || closed) return;
        report(error);
        setTimeout(() => topic.closed || void listen(), RESUBSCRIBE_MS).unref();
      }
    };
    void listen();
    return topic;
  };

  return {
    publish(name, payload) {
      if (closed) return;
      let text: string;
      try {
        text = JSON.stringify(payload ?? null);
      } catch (error) {
        report(error);
        return;
      }
      outgoing.add(name, text);
      if (!topics.has(name)) return;
      if (arrived.push({ topic: name, text }) === 1) queueMicrotask(deliverArrived);
    },

    subscribe(name, listener) {
      const topic = topics.get(name) ?? join(name);
      topics.set(name, topic);
      const own: Listener = (payload) => listener(payload);
      topic.listeners.add(own);
      return () => {
        if (!topic.listeners.delete(own) || topic.listeners.size > 0) return;
        topic.closed = true;
        topics.delete(name);
        topic.leave();
      };
    },

    async close() {
      await outgoing.flushed();
      closed = true;
      await relay?.close();
    },
  };
}

/** The messages on their way out: one batch at a time, which keeps their order. */
function createOutgoing(relay: BullRelay | undefined, report: (error: unknown) => void) {
  const pending = new Map<string, string[]>();
  let pendingCount = 0;
  let batch = 0;
  let pumping: Promise<void> | undefined;

  const takeBatch = (name: string, texts: string[]): string[] => {
    let count = 0;
    let chars = 0;
    while (count < texts.length && (count === 0 || chars < MAX_BATCH_CHARS)) {
      chars += texts[count]?.length ?? 0;
      count += 1;
    }
    const taken = texts.splice(0, count);
    pending.delete(name);
    if (texts.length > 0) pending.set(name, texts);
    pendingCount -= count;
    return taken;
  };

  const pump = async (to: BullRelay) => {
    await Promise.resolve();
    for (;;) {
      const next = pending.entries().next();
      if (next.done) break;
      const [name, texts] = next.value;
      batch += 1;
      const envelope: Envelope = { from: to.nodeId, batch, payloads: takeBatch(name, texts) };
      await to.publish(toRelayTopic(name), envelope).catch(report);
    }
    pumping = undefined;
  };

  return {
    add(name: string, text: string): void {
      if (!relay) return;
      if (pendingCount >= MAX_PENDING) {
        report(new Error("queue: messages to other processes are dropped, the relay is stuck"));
        return;
      }
      const texts = pending.get(name);
      if (texts) texts.push(text);
      else pending.set(name, [text]);
      pendingCount += 1;
      pumping ??= pump(relay);
    },
    flushed: async (): Promise<void> => pumping,
  };
}

/** A topic in the relay's grammar: one segment of letters, digits and `_:%-`. */
function toRelayTopic(topic: string): string {
  const encoded = topic.replaceAll(/[^A-Za-z0-9_:-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16)}`).join(""),
  );
  return encoded.length > 0 && encoded.length <= 400 ? encoded : `%${sha256(topic)}`;
}
