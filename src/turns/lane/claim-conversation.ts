import type { Clock } from "../../base/clock.ts";
import { RUNNING_EXPERIMENT } from "../../experiments/running/running-experiment.ts";
import { statement, type Sql } from "../../store/sql.ts";
import { newId } from "../../base/ids.ts";
import type { ChatPlatforms } from "../../rooms/chat-platform.ts";
import type { ClaimedTurn } from "./claimed-turn.ts";
import { HISTORY_COLUMNS, HISTORY_LIMIT, type HistoryRow, toHistory } from "./history-rows.ts";
import { loadInterrupted } from "./load-interrupted.ts";

const RELEASE = statement(
  "release_conversation",
  `update conversation set holder_id = null where id = $1 and fence = $2`,
);

const OPEN = "('pending', 'running')";

// Takes each lane unless a live worker holds it, makes its open turns one, and reads what that needs.
// Where posting is a call that can be lost, the intent to post the reply is written down along with it.
// A claim that waited for another one's lock still sees the turns as they were before it: the fence,
// read from that same snapshot, tells that they have moved on. Where a lane is held, who takes a message
// away does not raise its fence: the turns' own locks show which of them are still open. A thread's history
// begins with the message of its channel that it hangs on.
const CLAIM = statement(
  "claim_conversation",
  `with asked as (
     select asked.position, asked.worker_id, asked.at, asked.delivery_id, asked.outboxes, seen.id, seen.fence
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::text[]) with ordinality
       as asked (id, worker_id, at, delivery_id, outboxes, position)
     join conversation seen on seen.id = asked.id
   ), held as (
     update conversation c set fence = c.fence + 1, holder_id = asked.worker_id
     from asked
     where c.id = asked.id and c.fence = asked.fence
       and exists (select from turn t where t.conversation_id = c.id and t.status in ${OPEN})
       and (c.holder_id is null or c.holder_id = asked.worker_id or not exists (
         select from worker_process w where w.id = c.holder_id and w.alive_until > now()))
     returning asked.position, asked.worker_id, asked.at, asked.delivery_id, asked.outboxes, c.id, c.room_id, c.agent_id, c.behavior_id, c.mode, c.fence, c.summary, c.summarised_through
   ), seized as (
     select t.*, held.at from held join turn t on t.conversation_id = held.id and t.status in ${OPEN} for update of t
   ), open as (
     select t.id, t.conversation_id, t.seq, t.message_id, t.attempts, t.status = 'running' as running, t.stop_reason, t.at,
       first_value(t.id) over lane as lead_id, bool_or(t.status = 'running') over lane as resumed
     from seized t
     window lane as (partition by t.conversation_id order by t.status desc, t.seq
       rows between unbounded preceding and unbounded following)
   ), started as (
     update turn t set
       status = case when t.id = open.lead_id then 'running' else 'merged' end,
       merged_into_id = case when t.id = open.lead_id then null else open.lead_id end,
       attempts = t.attempts + 1,
       started_at = coalesce(t.started_at, open.at),
       finished_at = case when t.id = open.lead_id then null else open.at end
     from open where t.id = open.id and (t.id = open.lead_id or not open.resumed)
   ), outbox as (
     select held.delivery_id, held.at, open.lead_id, room.id as room_id, room.parent_id,
       coalesce(room.feedback_buttons, up.feedback_buttons, true) as feedback_buttons
     from held join open on open.conversation_id = held.id and open.id = open.lead_id
       join room on room.id = held.room_id and split_part(room.key, ':', 1) = any(string_to_array(held.outboxes, ','))
       left join room up on up.id = room.parent_id
   ), opened as (
     insert into delivery (id, turn_id, created_at) select delivery_id, lead_id, at from outbox
     on conflict (turn_id) do nothing returning id
   )
   select held.position, held.id as "conversationId", held.room_id as "roomId", held.fence::text as fence,
     held.mode, held.summary, room.key as "roomKey", agent.id as "agentId", agent.version as "agentVersion",
     coalesce(role.tools, '{}') as "roleTools",
     coalesce(stat.cycles_completed, 0) as "cyclesCompleted",
     coalesce(stat.tasks_completed, 0) as "tasksCompleted",
     coalesce(stat.tasks_succeeded, 0) as "tasksSucceeded",
     coalesce(stat.consecutive_failures, 0) as "consecutiveFailures",
     (select json_build_object('id', b.id, 'name', b.name, 'revisionId', b.current_revision_id,
        'failing', b.last_error !~ '^rejected' and not b.last_error_past,
        'assignmentId', case when b.id = agent.behavior_id then agent.assignment_id end)
      from behavior b
      where b.current_revision_id is not null
        and (b.id in (held.behavior_id, channel.behavior_id, agent.behavior_id)
          or (b.role = agent.role and b.status = 'active'))
      order by (b.id = held.behavior_id) desc nulls last, (b.id = channel.behavior_id) desc nulls last,
        (b.id = agent.behavior_id) desc nulls last, b.primary_since desc nulls last, b.name limit 1) as behavior,
     case when coalesce(held.behavior_id, channel.behavior_id) is null then ${RUNNING_EXPERIMENT} end as experiment,
     (select json_build_object('id', coalesce(opened.id, kept.id), 'resumed', opened.id is null,
         'feedbackButtons', outbox.feedback_buttons, 'shared', (
           select count(distinct lane.agent_id) > 1
           from room near join conversation lane on lane.room_id = near.id and lane.mode <> 'off'
           where near.id in (outbox.room_id, outbox.parent_id)
             or near.parent_id = coalesce(outbox.parent_id, outbox.room_id)),
         'namesake', exists (select
           from room near join conversation lane on lane.room_id = near.id join agent other on other.id = lane.agent_id
           where other.id <> agent.id and btrim(left(other.name, 80)) = btrim(left(agent.name, 80))
             and (near.id in (outbox.room_id, outbox.parent_id)
               or near.parent_id = coalesce(outbox.parent_id, outbox.room_id))))
      from outbox left join opened on opened.id = outbox.delivery_id left join delivery kept on kept.turn_id = outbox.lead_id
      where outbox.delivery_id = held.delivery_id) as delivery,
     coalesce((select floor(extract(epoch from w.alive_until - now()) * 1000) from worker_process w
       where w.id = held.worker_id), 0)::int as "leaseMs",
     (select json_agg(json_build_array(id, message_id, attempts, running, stop_reason)
        order by running desc, seq) from open where open.conversation_id = held.id) as open,
     (select json_agg(${HISTORY_COLUMNS}) from (
        (select * from message where room_id = held.room_id and seq > held.summarised_through
           and deleted_at is null
         order by seq desc limit ${HISTORY_LIMIT})
        union all
        select root.* from message root
        where root.room_id = above.id and root.external_id = split_part(room.key, ':', 3)
          and root.deleted_at is null and not exists (
            select from message own where own.room_id = room.id and own.external_id = root.external_id)) m
      left join person p on p.id = m.person_id left join agent w on w.id = m.agent_id) as history
   from held join room on room.id = held.room_id join agent on agent.id = held.agent_id left join role on role.name = agent.role
     left join agent_statistics stat on stat.agent_id = agent.id
     left join room above on above.id <> room.id
       and above.key = split_part(room.key, ':', 1) || ':' || split_part(room.key, ':', 2)
     left join conversation channel on channel.room_id = above.id and channel.agent_id = agent.id`,
);

type ClaimRow = Omit<
  ClaimedTurn,
  | "turnId"
  | "attempts"
  | "stopReason"
  | "statistics"
  | "history"
  | "askedIds"
  | "people"
  | "journal"
  | "undisturbed"
> & {
  /** How long the worker's lease ran on when it claimed. */
  leaseMs: number;
  cyclesCompleted: number;
  tasksCompleted: number;
  tasksSucceeded: number;
  consecutiveFailures: number;
  /** Null where they were all taken away meanwhile. */
  open:
    | [turnId: string, messageId: string, attempts: number, running: boolean, stop: string | null][]
    | null;
  history: HistoryRow[] | null;
};

/**
 * Claims what waits in a conversation: the turn a crash interrupted, else all pending turns as one.
 * Undefined where nothing waits or another live worker holds the conversation.
 */
export async function claimConversation(
  scope: { sql: Sql; clock: Clock; workerId: string; platforms: ChatPlatforms },
  conversationId: string,
): Promise<ClaimedTurn | undefined> {
  const isWithin = startWatch(scope.clock);
  const now = new Date(scope.clock.now()).toISOString();
  const outboxes = [...scope.platforms.values()].filter(({ traits }) => traits.needsOutbox);
  const names = outboxes.map(({ platform }) => platform).join();
  const params = [conversationId, scope.workerId, now, newId(), names];
  const [row] = await scope.sql.gathered<ClaimRow>(CLAIM, params);
  if (!row) return undefined;
  const {
    open,
    history: rows,
    cyclesCompleted,
    tasksCompleted,
    tasksSucceeded,
    leaseMs,
    ...rest
  } = row;
  const [lead] = open ?? [];
  if (!open || !lead) {
    await releaseConversation(scope, rest);
    return undefined;
  }
  const [turnId, messageId, attempts, resumed, stopReason] = lead;
  const before = resumed ? await loadInterrupted(scope, turnId) : { journal: [], askedIds: [] };
  const askedIds = resumed ? [messageId, ...before.askedIds] : open.map(([, asked]) => asked);
  const { history, people } = await toHistory(scope, rows ?? [], askedIds);
  return {
    ...rest,
    turnId,
    attempts,
    stopReason: stopReason ?? undefined,
    statistics: {
      cyclesCompleted,
      successRate: tasksCompleted === 0 ? 1 : tasksSucceeded / tasksCompleted,
      consecutiveFailures: rest.consecutiveFailures,
    },
    history,
    askedIds,
    people,
    journal: before.journal,
    undisturbed: () => isWithin(leaseMs - LEASE_MARGIN_MS),
  };
}

/** Gives a claimed lane up: whoever claims next finds what is open in it. */
export async function releaseConversation(
  { sql }: { sql: Sql },
  { conversationId, fence }: Pick<ClaimedTurn, "conversationId" | "fence">,
): Promise<void> {
  await sql.rows(RELEASE, [conversationId, fence]);
}

// What is sent then is on its way before the lease ends.
const LEASE_MARGIN_MS = 2000;

/** Says whether so little time has passed, by the clock that stands in a suspended machine and the one that runs on. */
function startWatch(clock: Clock): (ms: number) => boolean {
  const [startedAt, wallStartedAt] = [performance.now(), clock.now()];
  return (ms) => Math.max(performance.now() - startedAt, clock.now() - wallStartedAt) < ms;
}
