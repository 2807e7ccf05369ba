import type { JobQueue } from "../queue/job-queue.ts";
import { publishRoomEvent } from "../rooms/room-events.ts";
import type { ClaimedTurn } from "./claimed-turn.ts";

/** Shows a turn to those who watch its room, as it goes on. */
export type ReplyStream = {
  thinking(status: string): void;
  tool(name: string, status: "running" | "done" | "failed"): void;
  push(text: string): void;
  /** Sends what is still held back; nothing comes after it. */
  end(): void;
};

const COALESCE_MS = 40;

/** Words go out in bundles: a watcher sees motion, the bus few messages. */
export function createReplyStream(
  queue: JobQueue,
  { roomId, turnId, agentId }: Pick<ClaimedTurn, "roomId" | "turnId" | "agentId">,
): ReplyStream {
  let held = "";
  let position = 0;
  let timer: NodeJS.Timeout | undefined;
  const turn = { turnId, agentId };

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held === "") return;
    publishRoomEvent(queue, roomId, { type: "ReplyDelta", ...turn, text: held, position });
    position += held.length;
    held = "";
  }

  return {
    thinking(status) {
      publishRoomEvent(queue, roomId, { type: "AgentThinking", ...turn, status });
    },
    tool(tool, status) {
      flush();
      publishRoomEvent(queue, roomId, { type: "ToolExecution", ...turn, tool, status });
    },
    push(text) {
      held += text;
      timer ??= setTimeout(flush, COALESCE_MS);
    },
    end: flush,
  };
}
