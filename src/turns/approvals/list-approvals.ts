import type { EntityManager } from "@mikro-orm/sql";
import { Approval, type ApprovalStatus } from "./approval.ts";

/** The newest questions of agents, newest first, of one status or of all. */
export function listApprovals(
  { em }: { em: EntityManager },
  { status, room, limit }: { status?: ApprovalStatus; room?: string; limit: number },
): Promise<Approval[]> {
  return em.find(
    Approval,
    {
      ...(status && { status }),
      ...(room !== undefined && { conversation: { room: { key: room } } }),
    },
    {
      orderBy: { createdAt: "desc", id: "desc" },
      limit,
      populate: ["requester", "turn", "conversation.agent", "conversation.room"],
    },
  );
}
