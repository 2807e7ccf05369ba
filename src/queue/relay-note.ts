/**
 * What the nodes (queues in other processes) tell each other through the relay.
 * `topics` changes a node's list of topics from one version to the next, or replaces it.
 */
export type RelayNote = { from: string } & (
  | { kind: "ask" }
  | { kind: "beat"; version: number }
  | TopicsNote
  | { kind: "messages"; batch: number; messages: TextMessage[] }
);

type TopicsNote = {
  kind: "topics";
  /** The version this builds on; null: on nothing, whatever was known before. */
  after: number | null;
  version: number;
  gained: string[];
  lost: string[];
};

/** A payload as JSON. */
export type TextMessage = [topic: string, text: string];

/** Keeps a note below the relay's limit of a megabyte, at up to three bytes per character. */
export const MAX_NOTE_CHARS = 256 * 1024;

export const EVERYBODY = "everybody";

/** The relay's topic that only the node itself reads. */
export function toNodeTopic(nodeId: string): string {
  return `node.${nodeId}`;
}
