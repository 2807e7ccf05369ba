import type { RelayMessage } from "bullmq";

import type { BullRelay } from "../../src/queue/bullmq/bull-backend.ts";
import type { RelayNote } from "../../src/queue/relay-note.ts";

type Listener = (message: RelayMessage) => void;
type Node = { listeners: Map<string, Listener>; onRecovered: () => void };

export type Published = { topic: string; note: RelayNote };

/** The relays of several nodes in memory: delivers at once, in order, and remembers what was published. */
export function createMemoryRelayHub() {
  const nodes = new Map<string, Node>();
  const published: Published[] = [];
  const hub = {
    published,
    /** Notes for which this holds get lost on the way. */
    loses: (_published: Published) => false as boolean,
    open(nodeId: string): BullRelay {
      const node: Node = { listeners: new Map(), onRecovered() {} };
      nodes.set(nodeId, node);
      return {
        nodeId,
        async publish(topic, data) {
          const text = JSON.stringify(data);
          const entry = { topic, note: JSON.parse(text) as RelayNote };
          published.push(entry);
          const reached = [...nodes.values()].filter(({ listeners }) => listeners.has(topic));
          if (hub.loses(entry)) return { nodes: reached.length };
          for (const { listeners } of reached) {
            const message = { topic, data: JSON.parse(text), mid: "1", ts: 0, retained: false };
            queueMicrotask(() => listeners.get(topic)?.(message));
          }
          return { nodes: reached.length };
        },
        async subscribe(topic, listener) {
          node.listeners.set(topic, listener);
        },
        on(_event, listener) {
          node.onRecovered = listener;
        },
        async close() {
          nodes.delete(nodeId);
        },
      };
    },
    /** The process is gone; whether the relay knows depends on its lease. */
    kill(nodeId: string, { leaseExpired }: { leaseExpired: boolean }) {
      if (leaseExpired) nodes.delete(nodeId);
      else for (const topic of nodes.get(nodeId)?.listeners.keys() ?? []) silence(nodeId, topic);
    },
    recover: (nodeId: string) => nodes.get(nodeId)?.onRecovered(),
  };
  const silence = (nodeId: string, topic: string) => {
    nodes.get(nodeId)?.listeners.set(topic, () => undefined);
  };
  return hub;
}
