import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../../base/clock.ts";
import type { Verdict } from "./feedback.ts";
import { correctCount } from "../success/correct-count.ts";

type Scope = { em: () => EntityManager; clock: Clock };

type PostedRef = { roomKey: string; externalId: string };
type Given = {
  personId: string;
  verdict: Verdict;
  reason?: string | undefined;
  /** It is a reaction, with which it goes away. */
  byReaction?: boolean;
};

/** An answer by its turn, or by the platform's id of any of its messages. */
export type AnswerRef = { turnId: string } | PostedRef;

/**
 * Stores what a person thinks of an answer, over what they thought before, and corrects the numbers
 * that the turn was counted in, all in one transaction; false where there is no such answer. What is
 * said of a message before its turn ends is kept until then.
 */
export function recordFeedback(
  { em, clock }: Scope,
  answer: AnswerRef,
  { personId, verdict, reason, byReaction = false }: Given,
): Promise<boolean> {
  return em().transactional(async (tx) => {
    const now = new Date(clock.now()).toISOString();
    const given = { personId, verdict, reason };
    let turnId = await findTurn(tx, answer);
    if (turnId === undefined) {
      if (await keepEarly(tx, answer, { ...given, now })) return true;
      // It may have ended in between.
      turnId = await findTurn(tx, answer);
      if (turnId === undefined) return false;
    }
    await dropEarly(tx, answer, personId);
    await tx.execute(
      `insert into feedback (turn_id, person_id, verdict, reason, created_at, by_reaction)
       values (?, ?, ?, ?, ?, ?)
       on conflict (turn_id, person_id) do update set verdict = excluded.verdict,
         reason = coalesce(excluded.reason, feedback.reason), created_at = excluded.created_at,
         by_reaction = excluded.by_reaction, withdrawn_at = null`,
      [turnId, personId, verdict, reason ?? null, now, byReaction],
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
    const wasEarly = await dropEarly(tx, answer, personId, verdict);
    const turnId = await findTurn(tx, answer);
    if (turnId === undefined) return wasEarly;
    const withdrawn = await tx.execute<object[]>(
      `update feedback set withdrawn_at = coalesce(withdrawn_at, ?)
       where turn_id = ? and person_id = ? and verdict = ? returning turn_id`,
      [new Date(clock.now()).toISOString(), turnId, personId, verdict],
    );
    if (withdrawn.length > 0) await correctCount(tx, turnId);
    return wasEarly || withdrawn.length > 0;
  });
}

/** Takes back all verdicts that were given by reactions, or those of one kind, as when a moderator clears them. */
export function withdrawReactions(
  { em, clock }: Scope,
  answer: PostedRef,
  verdict: Verdict | undefined,
): Promise<void> {
  return em().transactional(async (tx) => {
    const turnId = await findTurn(tx, answer);
    if (turnId === undefined) return;
    const withdrawn = await tx.execute<object[]>(
      `update feedback set withdrawn_at = ?
       where turn_id = ? and by_reaction and withdrawn_at is null and verdict = coalesce(?, verdict)
       returning turn_id`,
      [new Date(clock.now()).toISOString(), turnId, verdict ?? null],
    );
    if (withdrawn.length > 0) await correctCount(tx, turnId);
  });
}

/** Only where a turn is open in the room: else the message is no answer, and never will be. */
async function keepEarly(
  tx: EntityManager,
  answer: AnswerRef,
  { personId, verdict, reason, now }: Given & { now: string },
): Promise<boolean> {
  if ("turnId" in answer) return false;
  const kept = await tx.execute<object[]>(
    `insert into early_feedback (room_id, external_id, person_id, verdict, reason, created_at)
     select r.id, ?, ?, ?, ?, ? from room r where r.key = ? and exists (
       select from turn t join conversation c on c.id = t.conversation_id
       where c.room_id = r.id and t.status in ('pending', 'running', 'waiting'))
     on conflict (room_id, external_id, person_id) do update set verdict = excluded.verdict,
       reason = coalesce(excluded.reason, early_feedback.reason), created_at = excluded.created_at
     returning room_id`,
    [answer.externalId, personId, verdict, reason ?? null, now, answer.roomKey],
  );
  return kept.length > 0;
}

/** True where the person had said something early; a verdict where only that one is meant. */
async function dropEarly(
  tx: EntityManager,
  answer: AnswerRef,
  personId: string,
  verdict?: Verdict,
): Promise<boolean> {
  if ("turnId" in answer) return false;
  const dropped = await tx.execute<object[]>(
    `delete from early_feedback where room_id = (select id from room where key = ?)
       and external_id = ? and person_id = ? and verdict = coalesce(?, verdict) returning room_id`,
    [answer.roomKey, answer.externalId, personId, verdict ?? null],
  );
  return dropped.length > 0;
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
