import { CONVERSATION_LANE } from "../../rooms/messages/receive-message.ts";
import { statement } from "../../store/sql.ts";
import type { TurnScope } from "../turn-scope.ts";

// Open turns that no live worker holds: their job may be gone with a crash, so they get a new one.
const ABANDONED = statement(
  "abandoned_conversations",
  `select distinct t.conversation_id as id from turn t join conversation c on c.id = t.conversation_id
   where t.status in ('pending', 'running') and t.created_at <= $1
     and (c.holder_id is null or not exists (
       select from worker_process w where w.id = c.holder_id and w.alive_until > now()))
   limit 10000`,
);

/** Wakes every conversation in which something waits and nobody works. Answers how many. */
export async function sweepTurns(
  { sql, queue, clock }: Pick<TurnScope, "sql" | "queue" | "clock">,
  { minAgeMs }: { minAgeMs: number },
): Promise<number> {
  const before = new Date(clock.now() - minAgeMs).toISOString();
  const rows = await sql.rows<{ id: string }>(ABANDONED, [before]);
  await Promise.all(rows.map(({ id }) => queue.enqueue(CONVERSATION_LANE, id)));
  return rows.length;
}
