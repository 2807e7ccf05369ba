import { EVERYBODY, MAX_NOTE_CHARS, type RelayNote } from "./relay-note.ts";

/** A topic that lost its last listener is often wanted again at once: a page was reloaded. */
const LEAVE_DELAY_MS = 1_000;

export type Announcer = {
  /** Asks everybody and tells everybody, from nothing: at the start and after a gap. */
  begin: () => void;
  gained: (topic: string) => void;
  lost: (topic: string) => void;
  ask: (nodeId: string) => void;
  answer: (nodeId: string) => void;
  beat: () => void;
};

/**
 * Tells the other nodes what this one listens to. The notes leave one after the other, so every
 * node reads them in this order: a list, then the changes to exactly that list. What happens while
 * a note is on its way travels together in the next one. A node that listens to nothing is silent.
 */
export function createAnnouncer(options: {
  nodeId: string;
  listensTo: (topic: string) => boolean;
  /** Resolves when the note is out or given up. */
  send: (to: string, note: RelayNote) => Promise<void>;
}): Announcer {
  const { nodeId: from, listensTo, send } = options;
  const announced = new Set<string>();
  const changed = new Set<string>();
  const toAsk = new Set<string>();
  const toAnswer = new Set<string>();
  let version = 0;
  let beatDue = false;
  let begun = false;
  let pumping = false;
  let leaving: NodeJS.Timeout | undefined;

  const sendList = async (to: string) => {
    const parts = inParts([...announced]);
    let after: number | null = null;
    for (const [index, gained] of parts.entries()) {
      const reached = index === parts.length - 1 ? version : -1 - index;
      await send(to, { kind: "topics", from, after, version: reached, gained, lost: [] });
      after = reached;
    }
  };

  const sendChanges = async () => {
    for (const part of inParts(take(changed))) {
      const gained = part.filter((topic) => listensTo(topic) && !announced.has(topic));
      const lost = part.filter((topic) => !listensTo(topic) && announced.has(topic));
      if (gained.length + lost.length === 0) continue;
      const after = announced.size === 0 ? null : version;
      version += 1;
      for (const topic of gained) announced.add(topic);
      for (const topic of lost) announced.delete(topic);
      await send(EVERYBODY, { kind: "topics", from, after, version, gained, lost });
    }
  };

  const pump = async () => {
    await Promise.resolve();
    while (toAsk.size + toAnswer.size + changed.size > 0 || beatDue) {
      for (const to of take(toAsk)) await send(to, { kind: "ask", from });
      for (const to of take(toAnswer)) await sendList(to);
      await sendChanges();
      if (beatDue && announced.size > 0) await send(EVERYBODY, { kind: "beat", from, version });
      beatDue = false;
    }
    pumping = false;
  };

  const wake = () => {
    if (!begun || pumping) return;
    pumping = true;
    void pump();
  };

  return {
    begin() {
      begun = true;
      toAsk.add(EVERYBODY);
      toAnswer.add(EVERYBODY);
      wake();
    },
    gained(topic) {
      changed.add(topic);
      wake();
    },
    lost(topic) {
      changed.add(topic);
      leaving ??= setTimeout(() => {
        leaving = undefined;
        wake();
      }, LEAVE_DELAY_MS).unref();
    },
    ask(nodeId) {
      toAsk.add(nodeId);
      wake();
    },
    answer(nodeId) {
      toAnswer.add(nodeId);
      wake();
    },
    beat() {
      beatDue = true;
      wake();
    },
  };
}

function take<T>(set: Set<T>): T[] {
  const items = [...set];
  set.clear();
  return items;
}

/** The topics in parts of which each fits into a note. */
function inParts(topics: string[]): string[][] {
  const parts: string[][] = [];
  let chars = Infinity;
  for (const topic of topics) {
    if (chars + topic.length > MAX_NOTE_CHARS) {
      parts.push([]);
      chars = 0;
    }
    parts.at(-1)?.push(topic);
    chars += topic.length;
  }
  return parts;
}
