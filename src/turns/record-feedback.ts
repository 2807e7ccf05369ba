import type { Clock } from "../base/clock.ts";
import { statement, type Sql } from "../store/sql.ts";
import type { Verdict } from "./feedback.ts";

type Scope = { sql: Sql; clock: Clock };

/** An answer by the platform's id of any of its messages. */
export type AnswerRef = { roomKey: string; externalId: string };

const RECORD = statement(
  "record_feedback",
  `insert into feedback (turn_id, person_id, verdict, reason, created_at)
   select m.turn_id, $3, $4, $5, $6 from message m
   where m.room_id = (select id from room where key = $1)
     and (m.external_id = $2 or $2 = any(m.part_ids)) and m.turn_id is not null
   on conflict (turn_id, person_id) do update set verdict = excluded.verdict,
     reason = coalesce(excluded.reason, feedback.reason), created_at = excluded.created_at,
     withdrawn_at = null
   returning turn_id`,
);

const WITHDRAW = statement(
  "withdraw_feedback",
  `update feedback set withdrawn_at = $5 from message m
   where m.room_id = (select id from room where key = $1)
     and (m.external_id = $2 or $2 = any(m.part_ids)) and m.turn_id = feedback.turn_id
     and feedback.person_id = $3 and feedback.verdict = $4
   returning feedback.turn_id`,
);

/** Stores what a person thinks of an answer, over what they thought before; false for no answer. */
export async function recordFeedback(
  { sql, clock }: Scope,
  { roomKey, externalId }: AnswerRef,
  given: { personId: string; verdict: Verdict; reason?: string },
): Promise<boolean> {
  const { personId, verdict, reason = null } = given;
  const now = new Date(clock.now()).toISOString();
  const params = [roomKey, externalId, personId, verdict, reason, now];
  return (await sql.rows(RECORD, params)).length > 0;
}

/** Takes a verdict back, as when a reaction is removed. */
export async function withdrawFeedback(
  { sql, clock }: Scope,
  { roomKey, externalId }: AnswerRef,
  given: { personId: string; verdict: Verdict },
): Promise<boolean> {
  const now = new Date(clock.now()).toISOString();
  const params = [roomKey, externalId, given.personId, given.verdict, now];
  return (await sql.rows(WITHDRAW, params)).length > 0;
}
