import type { RelayNote } from "./relay-note.ts";

/** A node that listens says so every beat; one that missed three is gone. */
export const BEAT_MS = 10_000;
const MAX_MISSED_BEATS = 3;

type TopicsNote = Extract<RelayNote, { kind: "topics" }>;
type BeatNote = Extract<RelayNote, { kind: "beat" }>;
type ListeningNode = { version: number; topics: Set<string>; missedBeats: number };

export type ListeningNodes = {
  /** The nodes to send a topic's messages to; undefined when there are none. */
  of: (topic: string) => ReadonlySet<string> | undefined;
  /** False when the note shows that another one was missed: the node has to be asked. */
  hear: (note: TopicsNote | BeatNote) => boolean;
  forget: (nodeId: string) => void;
  /** To be called once per beat. */
  beat: () => void;
};

/** Who listens to what in other processes, as far as they told. */
export function createListeningNodes(): ListeningNodes {
  const nodes = new Map<string, ListeningNode>();
  const byTopic = new Map<string, Set<string>>();

  const add = (nodeId: string, topic: string) => {
    const listening = byTopic.get(topic) ?? new Set();
    byTopic.set(topic, listening.add(nodeId));
  };

  const remove = (nodeId: string, topic: string) => {
    const listening = byTopic.get(topic);
    listening?.delete(nodeId);
    if (listening?.size === 0) byTopic.delete(topic);
  };

  const forget = (nodeId: string) => {
    for (const topic of nodes.get(nodeId)?.topics ?? []) remove(nodeId, topic);
    nodes.delete(nodeId);
  };

  const change = ({ from, version, gained, lost }: TopicsNote) => {
    const topics = nodes.get(from)?.topics ?? new Set();
    for (const topic of gained) {
      topics.add(topic);
      add(from, topic);
    }
    for (const topic of lost) {
      topics.delete(topic);
      remove(from, topic);
    }
    if (topics.size === 0) nodes.delete(from);
    else nodes.set(from, { version, topics, missedBeats: 0 });
  };

  return {
    of: (topic) => byTopic.get(topic),
    hear(note) {
      const known = nodes.get(note.from);
      if (known) known.missedBeats = 0;
      if (note.kind === "beat") return known?.version === note.version;
      if (note.after === null) forget(note.from);
      else if (known?.version !== note.after) return false;
      change(note);
      return true;
    },
    forget,
    beat() {
      for (const [nodeId, node] of nodes) {
        node.missedBeats += 1;
        if (node.missedBeats > MAX_MISSED_BEATS) forget(nodeId);
      }
    },
  };
}
