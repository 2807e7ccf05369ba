import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import { ROOM_OR_THREAD } from "../../rooms/with-threads.ts";
import { statement, type Sql } from "../../store/sql.ts";
import type { Verdict } from "./feedback.ts";
import { recordFeedback } from "./record-feedback.ts";
import { toReason } from "./to-reason.ts";

/** An answer that somebody judged. */
export type JudgedAnswer = { turnId: string; agent: string };

const LAST_ANSWER = statement(
  "last_answer",
  `select m.turn_id as "turnId", a.name as agent, r.key as "roomKey", m.external_id as "externalId"
   from message m join room r on r.id = m.room_id join agent a on a.id = m.agent_id
     join turn t on t.id = m.turn_id join message asked on asked.id = t.message_id
   where ${ROOM_OR_THREAD} and m.deleted_at is null and t.status in ('done', 'failed')
   order by (asked.person_id = $2::uuid) desc, m.seq desc limit 1`,
);

/**
 * Stores what a person thinks of the last answer that they got in a room or its threads, or else of the
 * last one given there. `NOT_FOUND` where there is none.
 */
export async function judgeLastAnswer(
  { em, sql, clock }: { em: () => EntityManager; sql: Sql; clock: Clock },
  roomKey: string,
  given: { personId: string; verdict: Verdict; reason?: string | undefined },
): Promise<JudgedAnswer> {
  type Row = JudgedAnswer & { roomKey: string; externalId: string };
  const { personId, verdict, reason } = given;
  const [last] = await sql.rows<Row>(LAST_ANSWER, [roomKey, personId]);
  const isRecorded =
    last &&
    (await recordFeedback({ em, clock }, last, {
      personId,
      verdict,
      reason: toReason(reason),
    }));
  if (!isRecorded) {
    throw new AppError("NOT_FOUND", "Nobody has answered here yet, so there is nothing to judge.");
  }
  return { turnId: last.turnId, agent: last.agent };
}
