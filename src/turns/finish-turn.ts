import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { latencyBucket } from "../base/latency-histogram.ts";
import type { ChosenArm } from "../experiments/running/choose-arm.ts";
import { recordUse, toRecordedUse } from "../experiments/running/record-use.ts";
import { statement, type Sql } from "../store/sql.ts";
import { toStorableText } from "../store/storable.ts";
import type { ClaimedTurn } from "./lane/claimed-turn.ts";
import { LeaseLost, type Journal } from "./journal/journal.ts";
import type { Flaw } from "./success/flaw.ts";
import type { TurnStatus } from "./turn-status.ts";

export type TurnResult = {
  status: Extract<TurnStatus, "done" | "failed" | "declined">;
  /** What the room sees; null where it could not be delivered. */
  text: string | null;
  /** The platform's ids of the posted reply, first part first; absent in console rooms. */
  externalIds?: string[];
  reason?: string;
  /** Words for the one who asked and nobody else, where the platform has such. */
  forAskerAlone?: boolean;
  model?: string;
  behaviorRevisionId?: string;
  /** The assignment under which the behavior ran; null where it ran by role. */
  assignmentId?: string | null;
  /** The arm of the experiment it took part in. */
  arm?: ChosenArm | undefined;
  /** What counts against the answer although it was given; see `success/flaw.ts`. */
  flaw?: Flaw;
  modelCalls: number;
  responseMs: number;
};

// Per turn, the reply, the journal, the turn, the statistics and the freed lane: all behind the fence.
const finishAnd = (more: string) =>
  `with ended as (
     select *, case when status <> 'declined' then status = 'done' and flaw is null end as success from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[], $7::jsonb[],
       $8::text[], $9::bigint[], $10::text[], $11::text[], $12::uuid[], $13::int[], $14::int[], $15::int[],
       $16::text[], $17::int[], $18::text[], $19::uuid[], $20::int[], $21::text[]) with ordinality
       as ended (conversation_id, fence, turn_id, message_id, at, text, steps, status, cost_micros, model, reason,
         revision_id, cycles, messages, response_ms, external_id, part, part_ids, assignment_id, bucket, flaw, position)
   ), fenced as (
     update conversation c set holder_id = null, message_count = message_count + ended.messages,
       last_message_at = ended.at
     from ended where c.id = ended.conversation_id and c.fence = ended.fence
     returning ended.*, c.room_id, c.agent_id
   ), reply as (
     insert into message (id, room_id, agent_id, text, external_id, turn_id, posted_at, part_ids)
     select message_id, room_id, agent_id, text, external_id, turn_id, at, part_ids::text[]
     from fenced where text is not null order by position
   ), journalled as (
     insert into turn_journal (turn_id, part, steps) select turn_id, part, steps from fenced
   ), done as (
     update turn set status = fenced.status, finished_at = at, cost_micros = fenced.cost_micros,
       model = fenced.model, reason = fenced.reason, behavior_revision_id = revision_id,
       assignment_id = fenced.assignment_id,
       succeeded = success, flaw = fenced.flaw
     from fenced where turn.id = turn_id
   ), used as (
     insert into behavior_statistics as s (id, agent_id, revision_id, assignment_id, bucket, uses, successes,
       total_response_ms, last_used_at)
     select gen_random_uuid(), agent_id, revision_id, assignment_id, bucket, count(*),
       count(*) filter (where success), sum(response_ms), max(at)
     from fenced where success is not null
     group by 2, 3, 4, 5 order by 2, 3, 4, 5
     on conflict (agent_id, revision_id, assignment_id, bucket) do update set
       uses = s.uses + excluded.uses, successes = s.successes + excluded.successes,
       total_response_ms = s.total_response_ms + excluded.total_response_ms,
       last_used_at = excluded.last_used_at
   ), counted as (
     insert into agent_statistics as s (agent_id, cycles_completed, tasks_completed, tasks_succeeded,
       consecutive_failures, total_response_ms, last_task_at, last_success_at, last_failure_at)
     select agent_id, sum(cycles), count(success), count(*) filter (where success),
       count(*) filter (where not success and position > coalesce(last_done, 0)),
       coalesce(sum(response_ms) filter (where success is not null), 0),
       max(at) filter (where success is not null), max(at) filter (where success),
       max(at) filter (where not success)
     from (select *, max(position) filter (where success) over (partition by agent_id) as last_done
       from fenced) each
     group by agent_id order by agent_id
     on conflict (agent_id) do update set
       cycles_completed = s.cycles_completed + excluded.cycles_completed,
       tasks_completed = s.tasks_completed + excluded.tasks_completed,
       tasks_succeeded = s.tasks_succeeded + excluded.tasks_succeeded,
       consecutive_failures = excluded.consecutive_failures
         + case when excluded.tasks_succeeded > 0 then 0 else s.consecutive_failures end,
       total_response_ms = s.total_response_ms + excluded.total_response_ms,
       last_task_at = coalesce(excluded.last_task_at, s.last_task_at),
       last_success_at = coalesce(excluded.last_success_at, s.last_success_at),
       last_failure_at = coalesce(excluded.last_failure_at, s.last_failure_at)
   )${more}
   select position, exists(
     select from turn where conversation_id = fenced.conversation_id
       and status in ('pending', 'running') and id <> fenced.turn_id) as more
   from fenced`;

const FINISH = statement("finish_turn", finishAnd(""));
const FINISH_IN_EXPERIMENT = statement(
  "finish_turn_in_experiment",
  finishAnd(`, ${recordUse("$22")}`),
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
  const at = new Date(clock.now()).toISOString();
  const { part, steps } = await journal.take();
  const finish = (revisionId: string | null, assignmentId: string | null, arm?: ChosenArm) =>
    sql.gathered<{ more: boolean }>(arm ? FINISH_IN_EXPERIMENT : FINISH, [
      turn.conversationId,
      turn.fence,
      turn.turnId,
      messageId,
      at,
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
      toPartIds(result),
      assignmentId,
      latencyBucket(result.responseMs),
      result.flaw ?? null,
      ...(arm ? [toRecordedUse(arm, { ...toOutcome(turn, result, journal), at })] : []),
    ]);
  const { behaviorRevisionId = null, assignmentId = null } = result;
  // As in all statistics, what a person declined or left undecided does not count.
  const arm = result.status === "declined" ? undefined : result.arm;
  const [row] = await finish(behaviorRevisionId, assignmentId, arm).catch((error: unknown) => {
    // The behavior, or the experiment, was deleted while the turn ran.
    if (isForeignKeyViolation(error)) return finish(null, null);
    throw error;
  });
  if (!row) throw new LeaseLost();
  return { messageId, more: row.more };
}

function toOutcome({ turnId }: ClaimedTurn, result: TurnResult, journal: Journal) {
  return {
    turnId,
    succeeded: result.status === "done" && result.flaw === undefined,
    failed: result.status === "failed",
    responseMs: result.responseMs,
    costMicros: journal.costMicros(),
  };
}

/** As Postgres writes an array; null where the reply has one part. */
function toPartIds({ externalIds = [] }: TurnResult): string | null {
  return externalIds.length > 1 ? `{${externalIds.map((id) => JSON.stringify(id)).join()}}` : null;
}

function isForeignKeyViolation(error: unknown): boolean {
  return (error as { code?: unknown }).code === "23503";
}
