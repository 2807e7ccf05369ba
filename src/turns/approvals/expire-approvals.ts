import { CONVERSATION_LANE } from "../../rooms/messages/receive-message.ts";
import { publishRoomEvent } from "../../rooms/room-events.ts";
import { statement } from "../../store/sql.ts";
import type { TurnScope } from "../turn-scope.ts";
import { renderOutcome } from "./question-text.ts";

const EXPIRE = statement(
  "expire_approvals",
  `update approval a set status = 'expired', decided_at = $1,
     closed_at = case when a.address is null then $1::timestamptz end
   from conversation c
   where c.id = a.conversation_id and a.id in (
     select id from approval where status = 'waiting' and expires_at <= $1
     order by expires_at limit 500 for update skip locked)
   returning a.id, a.turn_id as "turnId", a.action, c.room_id as "roomId", c.agent_id as "agentId"`,
);

const TELL = statement("tell_expired", `update message set text = $2 where id = $1`);

// Also for a process that died between deciding and waking: no turn waits for what is decided.
const WAKE = statement(
  "wake_decided_turns",
  `update turn set status = 'running', attempts = 0 where status = 'waiting' and not exists (
     select from approval a where a.turn_id = turn.id and a.status = 'waiting')
   returning conversation_id as id`,
);

type Expired = { id: string; turnId: string; action: string; roomId: string; agentId: string };

/** Ends what nobody decided in time, and wakes every turn that waits for nothing any more. */
export async function expireApprovals({
  sql,
  clock,
  queue,
}: Pick<TurnScope, "sql" | "clock" | "queue">): Promise<void> {
  const now = new Date(clock.now()).toISOString();
  for (const expired of await sql.rows<Expired>(EXPIRE, [now])) {
    const { id, turnId, action, roomId, agentId } = expired;
    await sql.rows(TELL, [id, renderOutcome({ action, status: "expired", decidedBy: null })]);
    publishRoomEvent(queue, roomId, { type: "ApprovalChanged", approvalId: id, turnId, agentId });
  }
  const woken = await sql.rows<{ id: string }>(WAKE, []);
  await Promise.all(woken.map(({ id }) => queue.enqueue(CONVERSATION_LANE, id)));
}
