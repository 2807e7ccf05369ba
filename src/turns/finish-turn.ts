import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { latencyBucket } from "../base/latency-histogram.ts";
import { statement, type Sql } from "../store/sql.ts";
import { toStorableText } from "../store/storable.ts";
import type { ClaimedTurn } from "./claimed-turn.ts";
import { LeaseLost, type Journal } from "./journal.ts";
import type { TurnStatus } from "./turn.ts";

export type TurnResult = {
  status: Extract<TurnStatus, "done" | "failed" | "declined">;
  /** What the room sees; null where it could not be delivered. */
  text: string | null;
  /** The platform's ids of the posted reply, first part first; absent in console rooms. */
  externalIds?: string[];
  reason?: string;
  model?: string;
  behaviorRevisionId?: string;
  /** The assignment under which the behavior ran; null where it ran by role. */
  assignmentId?: string | null;
  modelCalls: number;
  responseMs: number;
};

// The reply, the journal, the turn, the statistics and the freed lane: one transaction behind the fence.
const FINISH = statement(
  "finish_turn",
  `with fenced as (
     update conversation set holder_id = null, message_count = message_count + $14,
       last_message_at = $5::timestamptz
     where id = $1 and fence = $2 returning id, room_id, agent_id
   ), reply as (
     insert into message (id, room_id, agent_id, text, external_id, turn_id, posted_at, part_ids)
     select $4::uuid, room_id, agent_id, $6::text, $16, $3::uuid, $5::timestamptz,
       $18::text[] from fenced where $6::text is not null returning id
   ), journalled as (
     insert into turn_journal (turn_id, part, steps)
     select $3::uuid, $17::int, $7::jsonb from fenced
   ), done as (
     update turn set status = $8::text, finished_at = $5::timestamptz, cost_micros = $9, model = $10, reason = $11,
       behavior_revision_id = $12::uuid, assignment_id = $19::uuid,
       succeeded = case when $8::text <> 'declined' then $8::text = 'done' end
     from fenced where turn.id = $3::uuid
   ), used as (
     insert into behavior_statistics as s (id, agent_id, revision_id, assignment_id, uses, successes,
       total_response_ms, latencies, last_used_at)
     select gen_random_uuid(), agent_id, $12::uuid, $19::uuid, 1, ($8::text = 'done')::int, $15::int,
       array_fill(0, array[$20::int - 1]) || 1, $5::timestamptz
     from fenced where $8::text <> 'declined'
     on conflict (agent_id, revision_id, assignment_id) do update set
       uses = s.uses + 1, successes = s.successes + excluded.successes,
       total_response_ms = s.total_response_ms + excluded.total_response_ms,
       latencies[$20::int] = coalesce(s.latencies[$20::int], 0) + 1,
       last_used_at = excluded.last_used_at
   ), counted as (
     update agent_statistics s set
       cycles_completed = cycles_completed + $13,
       tasks_completed = tasks_completed + ($8::text <> 'declined')::int,
       tasks_succeeded = tasks_succeeded + ($8::text = 'done')::int,
       consecutive_failures = case $8::text when 'done' then 0 when 'failed' then consecutive_failures + 1
         else consecutive_failures end,
       total_response_ms = total_response_ms + case when $8::text = 'declined' then 0 else $15::int end,
       last_task_at = case when $8::text = 'declined' then last_task_at else $5::timestamptz end,
       last_success_at = case when $8::text = 'done' then $5::timestamptz else last_success_at end,
       last_failure_at = case when $8::text = 'failed' then $5::timestamptz else last_failure_at end
     from fenced where s.agent_id = fenced.agent_id
   )
   select fenced.id, exists(
     select from turn where conversation_id = $1 and status = 'pending') as more
   from fenced`,
);

/**
 * Records a turn's end and posts its reply to the room, at once or not at all. Answers the reply's
 * id and whether more waits in the conversation; throws `LeaseLost` where the turn was taken over.
 */
export async function finishTurn(
  { sql, clock }: { sql: Sql; clock: Clock },
  turn: ClaimedTurn,
  { result, journal }: { result: TurnResult; journal: Journal },
): Promise<{ messageId: string; more: boolean }> {
  const messageId = newId();
  const { part, steps } = await journal.take();
  const finish = (revisionId: string | null, assignmentId: string | null) =>
    sql.rows<{ more: boolean }>(FINISH, [
      turn.conversationId,
      turn.fence,
      turn.turnId,
      messageId,
      new Date(clock.now()).toISOString(),
      result.text === null ? null : toStorableText(result.text),
      steps,
      result.status,
      journal.costMicros().toString(),
      result.model ?? null,
      result.reason === undefined ? null : toStorableText(result.reason),
      revisionId,
      result.modelCalls,
      turn.askedIds.length + 1,
      Math.round(result.responseMs),
      result.externalIds?.[0] ?? messageId,
      part,
      (result.externalIds?.length ?? 0) > 1 ? result.externalIds : null,
      assignmentId,
      latencyBucket(result.responseMs) + 1,
    ]);
  const { behaviorRevisionId = null, assignmentId = null } = result;
  const [row] = await finish(behaviorRevisionId, assignmentId).catch((error: unknown) => {
    // The behavior was deleted while the turn ran.
    if (isForeignKeyViolation(error)) return finish(null, null);
    throw error;
  });
  if (!row) throw new LeaseLost();
  return { messageId, more: row.more };
}

function isForeignKeyViolation(error: unknown): boolean {
  return (error as { code?: unknown }).code === "23503";
}
