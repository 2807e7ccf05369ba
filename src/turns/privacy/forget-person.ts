import type { Clock } from "../../base/clock.ts";
import { unask } from "../../rooms/messages/unask.ts";
import { insist } from "../../store/insist.ts";
import { statement, type Sql } from "../../store/sql.ts";

export type Forgotten = { messages: number; summaries: number };

const UNSUMMARISED = "summary = null, summarised_through = least(c.summarised_through, 0) - 1";

// Rows stay where others hang on them, without the words: as with a deleted message, a redelivery does
// not bring it back. A summary that is being made meanwhile is stored only where nobody moved its mark,
// which therefore goes below the first message. Questions that still wait are not answered.
const FORGET = statement(
  "forget_person",
  `with wrote as (
     select distinct room_id from message where person_id = $1
   ), ${unask("select id from message where person_id = $1 and deleted_at is null", {
     at: "$2",
     reason: "The person wished to be forgotten before it was answered.",
     lane: `, ${UNSUMMARISED}`,
   })}, gone as (
     update message set text = '', files = null, deleted_at = $2
     where person_id = $1 and deleted_at is null
     returning id
   ), dropped as (
     delete from attachment using gone where attachment.message_id = gone.id
   ), unapproved as (
     update approval set status = 'expired', decided_at = $2
     from unasked where approval.turn_id = unasked.id and approval.status = 'waiting'
   ), unsummarised as (
     update conversation c set ${UNSUMMARISED}
     from wrote where c.room_id = wrote.room_id and c.id not in (select id from locked)
   ), unjudged as (
     update feedback set reason = null where person_id = $1 and reason is not null
   ), unjudged_early as (
     update early_feedback set reason = null where person_id = $1
   ), plain as (
     update person set preferences = '{}', time_zone = 'UTC' where id = $1
   )
   select (select count(*)::int from gone) as messages,
     (select count(*)::int from conversation c join wrote on c.room_id = wrote.room_id
      where c.summary is not null) as summaries`,
);

/**
 * Forgets a person of a workspace as far as it can be: preferences, time zone, the words and
 * files of their messages, the words of their feedback, and the summaries of conversations they took part in. What agents
 * answered, and that there was a message, stays. Safe to repeat.
 */
export async function forgetPerson(
  { sql, clock }: { sql: Sql; clock: Clock },
  personId: string,
): Promise<Forgotten> {
  const now = new Date(clock.now()).toISOString();
  const [row] = await insist(() => sql.rows<Forgotten>(FORGET, [personId, now]));
  return row as Forgotten;
}
