import type { EntityManager } from "@mikro-orm/sql";
import { statement, type Sql } from "../../store/sql.ts";
import { correctCount } from "../success/correct-count.ts";

type Early = { roomId: string; externalId: string; personId: string; turnId: string };

const ANSWERED = statement(
  "answered_early_feedback",
  `select e.room_id as "roomId", e.external_id as "externalId", e.person_id as "personId",
     m.turn_id as "turnId"
   from early_feedback e join message m on m.room_id = e.room_id and m.turn_id is not null
     and (m.external_id = e.external_id or e.external_id = any(m.part_ids))
   limit 1000`,
);

// A turn's end and its message become visible at once: where there is neither, there will be none.
const DROP_ORPHANS = statement(
  "drop_early_feedback",
  `delete from early_feedback e
   where not exists (
     select from message m where m.room_id = e.room_id and m.turn_id is not null
       and (m.external_id = e.external_id or e.external_id = any(m.part_ids)))
     and not exists (
       select from turn t join conversation c on c.id = t.conversation_id
       where c.room_id = e.room_id and t.status in ('pending', 'running', 'waiting'))`,
);

/** Counts the verdicts that came before their turn's end, and forgets those on what was no answer. */
export async function settleEarlyFeedback({
  em,
  sql,
}: {
  em: () => EntityManager;
  sql: Sql;
}): Promise<void> {
  for (const early of await sql.rows<Early>(ANSWERED, [])) await settle(em(), early);
  await sql.rows(DROP_ORPHANS, []);
}

/** Several processes may be at it: the one that takes the row away counts it. */
async function settle(em: EntityManager, early: Early): Promise<void> {
  const { roomId, externalId, personId, turnId } = early;
  await em.transactional(async (tx) => {
    const stored = await tx.execute<object[]>(
      `with taken as (
         delete from early_feedback where room_id = ? and external_id = ? and person_id = ?
         returning person_id, verdict, reason, created_at
       )
       insert into feedback (turn_id, person_id, verdict, reason, created_at)
       select ?, person_id, verdict, reason, created_at from taken
       on conflict (turn_id, person_id) do update set verdict = excluded.verdict,
         reason = coalesce(excluded.reason, feedback.reason), created_at = excluded.created_at,
         withdrawn_at = null
         where feedback.created_at <= excluded.created_at
       returning turn_id`,
      [roomId, externalId, personId, turnId],
    );
    if (stored.length > 0) await correctCount(tx, turnId);
  });
}
