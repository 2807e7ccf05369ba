import type { Clock } from "../../base/clock.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import { CONVERSATION_LANE } from "../../rooms/messages/receive-message.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { ROOM_OR_THREAD } from "../../rooms/with-threads.ts";
import { insist } from "../../store/insist.ts";
import { statement, type Sql } from "../../store/sql.ts";
import { expireApprovals } from "../approvals/expire-approvals.ts";
import { STOP_TOPIC, type StopNotice } from "./running-turns.ts";

export type StoppedTurns = {
  /** Answers that were being given. */
  running: number;
  /** Questions that waited, and are declined. */
  waiting: number;
};

// What waits is declined here; what runs is marked, and its worker ends it. The raised fence makes a
// claim that waits for this very lock find nothing. A claim that was a moment faster has made the turn
// a running one: it loses the conversation, and whoever resumes it finds the mark.
const STOP = statement(
  "stop_room",
  `with opened as (
     select t.id, t.conversation_id, t.status from turn t join conversation c on c.id = t.conversation_id
     join room r on r.id = c.room_id where t.status in ('pending', 'running') and ${ROOM_OR_THREAD}
   ), locked as (
     update conversation set fence = fence + 1, holder_id = null
     where id in (select conversation_id from opened)
       and id not in (select conversation_id from opened where status = 'running')
     returning id
   )
   update turn t set
     status = case t.status when 'pending' then 'declined' else t.status end,
     reason = case t.status when 'pending' then $2::text else t.reason end,
     finished_at = case t.status when 'pending' then $3::timestamptz end,
     stop_reason = $2::text
   from opened left join locked on locked.id = opened.conversation_id
   where t.id = opened.id and t.status in ('pending', 'running')
   returning t.id, t.status, t.conversation_id as "conversationId"`,
);

// Turns that sleep on a question to somebody are marked too, and their questions run out at once.
const STOP_ASLEEP = statement(
  "stop_asleep",
  `with asleep as (
     update turn t set stop_reason = $2 from conversation c join room r on r.id = c.room_id
     where c.id = t.conversation_id and t.status = 'waiting' and ${ROOM_OR_THREAD} returning t.id
   )
   update approval a set expires_at = $3 from asleep
   where a.turn_id = asleep.id and a.status = 'waiting' returning a.id`,
);

/**
 * Stops a room and its threads now: running answers end as declined, in every process, and what waits
 * is declined. `by` is named as the reason. Later messages are answered as before.
 */
export async function stopRoom(
  { sql, queue, clock }: { sql: Sql; queue: JobQueue; clock: Clock },
  roomKey: string,
  { by }: { by: string },
): Promise<StoppedTurns> {
  parseRoomKey(roomKey);
  const reason = `Stopped by ${toName(by)}.`;
  const now = new Date(clock.now()).toISOString();
  type Row = { id: string; status: "declined" | "running"; conversationId: string };
  const rows = await insist(() => sql.rows<Row>(STOP, [roomKey, reason, now]));
  const running = rows.filter(({ status }) => status === "running");
  if (running.length > 0) {
    const notice: StopNotice = { turnIds: running.map(({ id }) => id), reason };
    queue.publish(STOP_TOPIC, notice);
    // Where no worker holds the turn, somebody has to end it.
    const lanes = new Set(running.map(({ conversationId }) => conversationId));
    await Promise.all(Array.from(lanes, (id) => queue.enqueue(CONVERSATION_LANE, id)));
  }
  const asleep = await sql.rows(STOP_ASLEEP, [roomKey, reason, now]);
  if (asleep.length > 0) await expireApprovals({ sql, queue, clock });
  return {
    running: running.length + asleep.length,
    waiting: rows.length - running.length,
  };
}

/** The words are posted as Markdown: a name that people chose must not format or link. */
function toName(name: string): string {
  const line = name.replace(/[\p{Cc}\s[\]<>()`*_~|\\]+/gu, " ").trim();
  return Array.from(line).slice(0, 80).join("").toWellFormed() || "somebody";
}
