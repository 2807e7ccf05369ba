import type { JobQueue } from "../queue/job-queue.ts";

/**
 * What happens in a room as it happens, for whoever watches. `position` is the length of the reply
 * before the delta, so that a watcher who missed one can tell.
 */
export type RoomEvent =
  | { type: "MessagePosted"; messageId: string }
  | { type: "AgentThinking"; turnId: string; agentId: string; status: string }
  | { type: "ReplyDelta"; turnId: string; agentId: string; text: string; position: number }
  | {
      type: "ToolExecution";
      turnId: string;
      agentId: string;
      tool: string;
      status: "running" | "done" | "failed";
    }
  | { type: "ApprovalChanged"; approvalId: string; turnId: string; agentId: string }
  | { type: "AgentAction"; turnId: string; agentId: string; action: string };

export function publishRoomEvent(queue: JobQueue, roomId: string, event: RoomEvent): void {
  queue.publish(`room.${roomId}`, event);
}

export function subscribeToRoom(
  queue: JobQueue,
  roomId: string,
  listener: (event: RoomEvent) => void,
): () => void {
  return queue.subscribe(`room.${roomId}`, (payload) => listener(payload as RoomEvent));
}
