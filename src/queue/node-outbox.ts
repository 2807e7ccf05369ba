import { MAX_NOTE_CHARS, type RelayNote, type TextMessage } from "./relay-note.ts";

const MAX_PENDING = 20_000;

export type NodeOutbox = {
  add: (nodeId: string, message: TextMessage) => void;
  flushed: () => Promise<void>;
};

/**
 * The messages on their way to other nodes. Per node one note is on its way at a time, which keeps
 * their order; what gathers meanwhile, of whatever topic, travels in the next one.
 */
export function createNodeOutbox(options: {
  nodeId: string;
  /** Resolves to whether the node exists. */
  send: (to: string, note: RelayNote) => Promise<boolean>;
  onGone: (nodeId: string) => void;
  report: (error: unknown) => void;
}): NodeOutbox {
  const { nodeId: from, send, onGone, report } = options;
  const outgoing = new Map<string, { messages: TextMessage[]; done: Promise<void> }>();
  let pending = 0;
  let batch = 0;

  const pump = async (to: string, waiting: TextMessage[]) => {
    await Promise.resolve();
    while (waiting.length > 0) {
      const messages = waiting.splice(0, countFitting(waiting));
      pending -= messages.length;
      batch += 1;
      if (await send(to, { kind: "messages", from, batch, messages })) continue;
      pending -= waiting.splice(0).length;
      onGone(to);
    }
    outgoing.delete(to);
  };

  return {
    add(nodeId, message) {
      if (pending >= MAX_PENDING) {
        report(new Error("queue: messages to other processes are dropped, the relay is stuck"));
        return;
      }
      pending += 1;
      const open = outgoing.get(nodeId);
      if (open) {
        open.messages.push(message);
        return;
      }
      const messages = [message];
      outgoing.set(nodeId, { messages, done: pump(nodeId, messages) });
    },
    async flushed() {
      await Promise.all([...outgoing.values()].map(({ done }) => done));
    },
  };
}

/** How many of the first messages fit into one note, at least one. */
function countFitting(messages: TextMessage[]): number {
  let chars = 0;
  const overflowing = messages.findIndex(([topic, text]) => {
    chars += topic.length + text.length;
    return chars > MAX_NOTE_CHARS;
  });
  return overflowing === -1 ? messages.length : Math.max(1, overflowing);
}
