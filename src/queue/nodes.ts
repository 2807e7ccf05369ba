import { createAnnouncer } from "./announcer.ts";
import type { BullRelay } from "./bullmq/bull-backend.ts";
import { BEAT_MS, createListeningNodes } from "./listening-nodes.ts";
import { createNodeOutbox } from "./node-outbox.ts";
import { EVERYBODY, type RelayNote, type TextMessage, toNodeTopic } from "./relay-note.ts";

const RETRY_MS = 1_000;
const MAX_KNOWN_SENDERS = 1_000;

export type Nodes = {
  listeningTo(topic: string): ReadonlySet<string> | undefined;
  send(nodeIds: ReadonlySet<string>, message: TextMessage): void;
  gained(topic: string): void;
  lost(topic: string): void;
  flushed(): Promise<void>;
  close(): void;
};

/**
 * The other processes, seen from this one: every node says which topics it gains and loses
 * listeners for, and gets the messages of just those. A new node asks all others for their lists.
 * Whatever is missed is found out by a version number, at the latest with the next beat.
 */
export function joinNodes(
  relay: BullRelay,
  options: {
    listensTo: (topic: string) => boolean;
    deliver: (topic: string, text: string) => void;
    report: (error: unknown) => void;
  },
): Nodes {
  const { listensTo, deliver, report } = options;
  const { nodeId } = relay;
  const listening = createListeningNodes();
  const asked = new Set<string>();
  const isNews = createNewsFilter();
  let closed = false;

  const sendNote = async (to: string, note: RelayNote): Promise<boolean> => {
    if (closed) return false;
    try {
      const topic = to === EVERYBODY ? EVERYBODY : toNodeTopic(to);
      return (await relay.publish(topic, note)).nodes > 0;
    } catch (error) {
      if (closed) return false;
      report(error);
      if (note.kind === "topics") setTimeout(announcer.beat, RETRY_MS).unref();
      return true;
    }
  };
  const announcer = createAnnouncer({
    nodeId,
    listensTo,
    send: async (to, note) => void (await sendNote(to, note)),
  });
  const outbox = createNodeOutbox({ nodeId, send: sendNote, onGone: listening.forget, report });

  const hear = (note: Extract<RelayNote, { kind: "topics" | "beat" }>) => {
    if (listening.hear(note)) asked.delete(note.from);
    else if (!asked.has(note.from)) {
      asked.add(note.from);
      announcer.ask(note.from);
    }
  };

  const receive = (note: RelayNote) => {
    if (closed || note.from === nodeId) return;
    switch (note.kind) {
      case "ask":
        announcer.answer(note.from);
        break;
      case "beat":
      case "topics":
        hear(note);
        break;
      case "messages":
        if (!isNews(note.from, note.batch)) break;
        for (const [topic, text] of note.messages) deliver(topic, text);
        break;
    }
  };

  const listen = async (topic: string): Promise<void> => {
    try {
      await relay.subscribe(topic, ({ data }) => receive(data as RelayNote));
    } catch (error) {
      if (closed) return;
      report(error);
      await new Promise((resolve) => {
        setTimeout(resolve, RETRY_MS).unref();
      });
      await listen(topic);
    }
  };
  void Promise.all([EVERYBODY, toNodeTopic(nodeId)].map(listen)).then(announcer.begin);
  relay.on("recovered", announcer.begin);

  const beating = setInterval(() => {
    listening.beat();
    asked.clear();
    announcer.beat();
  }, BEAT_MS).unref();

  return {
    listeningTo: listening.of,
    send(nodeIds, message) {
      for (const to of nodeIds) outbox.add(to, message);
    },
    gained: announcer.gained,
    lost: announcer.lost,
    flushed: outbox.flushed,
    close() {
      closed = true;
      clearInterval(beating);
    },
  };
}

/** Batches a sender repeats after a lost connection come with a number that was there before. */
function createNewsFilter(): (from: string, batch: number) => boolean {
  const lastBatch = new Map<string, number>();
  return (from, batch) => {
    if (batch <= (lastBatch.get(from) ?? 0)) return false;
    lastBatch.delete(from);
    lastBatch.set(from, batch);
    if (lastBatch.size > MAX_KNOWN_SENDERS) {
      for (const oldest of lastBatch.keys()) {
        lastBatch.delete(oldest);
        break;
      }
    }
    return true;
  };
}
