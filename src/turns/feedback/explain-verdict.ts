import { statement, type Sql } from "../../store/sql.ts";
import { toReason } from "./to-reason.ts";

const EXPLAIN = statement(
  "explain_verdict",
  `with early as (
     update early_feedback set reason = $4
     where room_id = (select id from room where key = $1) and external_id = $2
       and person_id = $3 and verdict = 'bad'
     returning person_id
   ), explained as (
     update feedback f set reason = $4 from message m
     where m.room_id = (select id from room where key = $1)
       and (m.external_id = $2 or $2 = any(m.part_ids)) and m.turn_id = f.turn_id
       and f.person_id = $3 and f.verdict = 'bad' and f.withdrawn_at is null
     returning f.person_id
   )
   select person_id from early union all select person_id from explained`,
);

/**
 * Keeps why a person's own 👎 was given; without words it stays as it is. False where it has been
 * taken back or changed meanwhile, or the message is no answer: then nothing is stored.
 */
export async function explainVerdict(
  { sql }: { sql: Sql },
  { roomKey, externalId }: { roomKey: string; externalId: string },
  { personId, reason: words }: { personId: string; reason: string },
): Promise<boolean> {
  const reason = toReason(words);
  if (reason === undefined) return true;
  return (await sql.rows(EXPLAIN, [roomKey, externalId, personId, reason])).length > 0;
}
