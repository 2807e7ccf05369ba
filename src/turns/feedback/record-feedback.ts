import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../../base/clock.ts";
import type { Verdict } from "./feedback.ts";
import { correctCount } from "../success/correct-count.ts";

type Scope = { em: () => EntityManager; clock: Clock };

/** An answer by its turn, or by the platform's id of any of its messages. */
export type AnswerRef = { turnId: string } | { roomKey: string; externalId: string };

/**
 * Stores what a person thinks of an answer, over what they thought before, and corrects the numbers
 * that the turn was counted in, all in one transaction; false where there is no such answer.
 */
export function recordFeedback(
  { em, clock }: Scope,
  answer: AnswerRef,
  {
    personId,
    verdict,
    reason,
  }: { personId: string; verdict: Verdict; reason?: string | undefined },
): Promise<boolean> {
  return em().transactional(async (tx) => {
    const turnId = await findTurn(tx, answer);
    if (turnId === undefined) return false;
    await tx.execute(
      `insert into feedback (turn_id, person_id, verdict, reason, created_at)
       values (?, ?, ?, ?, ?)
       on conflict (turn_id, person_id) do update set verdict = excluded.verdict,
         reason = coalesce(excluded.reason, feedback.reason), created_at = excluded.created_at,
         withdrawn_at = null`,
      [turnId, personId, verdict, reason ?? null, new Date(clock.now()).toISOString()],
    );
    await correctCount(tx, turnId);
    return true;
  });
}

/** Takes a verdict back, as when a reaction is removed, and corrects the numbers again. */
export function withdrawFeedback(
  { em, clock }: Scope,
  answer: AnswerRef,
  { personId, verdict }: { personId: string; verdict: Verdict },
): Promise<boolean> {
  return em().transactional(async (tx) => {
    const turnId = await findTurn(tx, answer);
    if (turnId === undefined) return false;
    const withdrawn = await tx.execute<object[]>(
      `update feedback set withdrawn_at = coalesce(withdrawn_at, ?)
       where turn_id = ? and person_id = ? and verdict = ? returning turn_id`,
      [new Date(clock.now()).toISOString(), turnId, personId, verdict],
    );
    if (withdrawn.length > 0) await correctCount(tx, turnId);
    return withdrawn.length > 0;
  });
}

async function findTurn(tx: EntityManager, answer: AnswerRef): Promise<string | undefined> {
  const [row] =
    "turnId" in answer
      ? await tx.execute<{ id: string }[]>(
          `select coalesce(t.merged_into_id, t.id) as id from turn t where t.id = ?
             and exists (select from message m where m.turn_id = coalesce(t.merged_into_id, t.id))`,
          [answer.turnId],
        )
      : await tx.execute<{ id: string }[]>(
          `select m.turn_id as id from message m
           where m.room_id = (select id from room where key = ?)
             and (m.external_id = ? or ? = any(m.part_ids)) and m.turn_id is not null`,
          [answer.roomKey, answer.externalId, answer.externalId],
        );
  return row?.id;
}
