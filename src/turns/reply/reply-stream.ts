import type { ReplyDraft } from "../../rooms/platform/chat-platform.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import { publishRoomEvent } from "../../rooms/room-events.ts";
import type { ClaimedTurn } from "../lane/claimed-turn.ts";

/** Shows a turn to those who watch its room, as it goes on. */
export type ReplyStream = {
  thinking(status: string): void;
  tool(name: string, status: "running" | "done" | "failed"): void;
  push(text: string): void;
  /** Sends what is still held back; nothing comes after it. */
  end(): void;
};

const COALESCE_MS = 40;

type Watched = {
  draft?: ReplyDraft | undefined;
  /** Another worker may have taken the turn over where it is false: then no draft is shown any more. */
  holdsLease?: (() => boolean) | undefined;
  /** Shows on the platform that the agent works, and on what. */
  showStatus?: ((text: string) => void) | undefined;
};

/**
 * Words go out in bundles: a watcher sees motion, the bus few messages. Where the platform shows a
 * draft, it gets the words of the current answer; each round of tools begins it anew.
 */
export function createReplyStream(
  queue: JobQueue,
  { roomId, turnId, agentId }: Pick<ClaimedTurn, "roomId" | "turnId" | "agentId">,
  { draft, showStatus, holdsLease = () => true }: Watched = {},
): ReplyStream {
  let held = "";
  let position = 0;
  let answer = "";
  let timer: NodeJS.Timeout | undefined;
  const turn = { turnId, agentId };

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held === "") return;
    publishRoomEvent(queue, roomId, { type: "ReplyDelta", ...turn, text: held, position });
    position += held.length;
    held = "";
    if (holdsLease()) draft?.show(answer);
    else draft?.abandon();
  }

  return {
    thinking(status) {
      publishRoomEvent(queue, roomId, { type: "AgentThinking", ...turn, status });
      showStatus?.(`is ${status} …`);
    },
    tool(tool, status) {
      flush();
      answer = "";
      publishRoomEvent(queue, roomId, { type: "ToolExecution", ...turn, tool, status });
      if (status === "running") showStatus?.(`is using ${tool} …`);
    },
    push(text) {
      held += text;
      answer += text;
      timer ??= setTimeout(flush, COALESCE_MS);
    },
    end: flush,
  };
}
