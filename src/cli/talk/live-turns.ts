import type { RoomEvent } from "../room-client.ts";

/** An answer in the making, as far as it was seen. */
export type LiveTurn = {
  agent: string;
  /** What the agent does while no words come, such as `is thinking`; undefined while they do. */
  doing: string | undefined;
  text: string;
  /** Tools it has used, each once. */
  tools: Set<string>;
};

/** The turns that run in a room now, from its events. */
export type LiveTurns = {
  apply(event: Exclude<RoomEvent, { __typename: "MessagePosted" }>): void;
  /** The turn sleeps: it is taken out until it goes on. */
  pause(turnId: string): void;
  /** The turn's reply was posted: it is taken out, and what still comes of it is ignored. */
  finish(turnId: string): LiveTurn | undefined;
  ids(): string[];
  all(): LiveTurn[];
  clear(): void;
};

export function createLiveTurns(): LiveTurns {
  const turns = new Map<string, LiveTurn & { end: number }>();
  const finished = new Set<string>();

  function begin(turnId: string, agent: string, doing: string | undefined) {
    const turn = { agent, doing, text: "", tools: new Set<string>(), end: 0 };
    turns.set(turnId, turn);
    return turn;
  }

  return {
    apply(event) {
      const { turnId, agent } = event;
      if (finished.has(turnId) || event.__typename === "AgentAction") return;
      if (event.__typename === "ApprovalChanged") return;
      if (event.__typename === "AgentThinking") {
        // Said once at the start of an attempt: after a crash the answer is written anew.
        begin(turnId, agent.name, `is ${event.status}`);
        return;
      }
      const turn = turns.get(turnId) ?? begin(turnId, agent.name, undefined);
      if (event.__typename === "ToolExecution") {
        const isRunning = event.toolStatus === "RUNNING";
        turn.tools.add(event.tool);
        turn.doing = isRunning ? `uses ${event.tool}` : "is thinking";
        // What comes after a tool is a new beginning.
        if (isRunning && turn.text !== "") turn.text = `${turn.text.trimEnd()}\n`;
      } else {
        turn.text = addDelta(turn, event);
        turn.end = event.position + event.text.length;
        turn.doing = undefined;
      }
    },

    pause(turnId) {
      turns.delete(turnId);
    },

    finish(turnId) {
      const turn = turns.get(turnId);
      turns.delete(turnId);
      finished.add(turnId);
      return turn;
    },

    ids: () => [...turns.keys()],
    all: () => [...turns.values()],
    clear: () => turns.clear(),
  };
}

/** A delta that was missed leaves an ellipsis; one that comes again replaces what it repeats. */
function addDelta(
  { text, end }: { text: string; end: number },
  delta: { text: string; position: number },
): string {
  if (delta.position > end) return `${text} … ${delta.text}`;
  return text.slice(0, Math.max(0, text.length - (end - delta.position))) + delta.text;
}
