import type { Clock } from "../base/clock.ts";
import { statement, type Sql } from "../store/sql.ts";
import type { ClaimedTurn } from "./claimed-turn.ts";
import { HISTORY_COLUMNS, HISTORY_LIMIT, type HistoryRow, toHistory } from "./history-rows.ts";
import { loadInterrupted } from "./load-interrupted.ts";

const OPEN = "('pending', 'running')";

// Takes the lane unless a live worker holds it, makes the open turns one, and reads what it needs.
// A claim that waited for another one's lock still sees the turns as they were before it: the fence,
// read from that same snapshot, tells that they have moved on.
const CLAIM = statement(
  "claim_conversation",
  `with held as (
     update conversation c set fence = fence + 1, holder_id = $2
     where c.id = $1 and c.fence = (select fence from conversation where id = $1)
       and exists (select from turn t where t.conversation_id = c.id and t.status in ${OPEN})
       and (c.holder_id is null or c.holder_id = $2 or not exists (
         select from worker_process w where w.id = c.holder_id and w.alive_until > now()))
     returning c.id, c.room_id, c.agent_id, c.fence, c.summary, c.summarised_through
   ), open as (
     select t.id, t.seq, t.status, t.message_id, t.attempts
     from held join turn t on t.conversation_id = held.id and t.status in ${OPEN}
   ), lead as (
     select id, status = 'running' as resumed from open order by status desc, seq limit 1
   ), started as (
     update turn t set
       status = case when t.id = lead.id then 'running' else 'merged' end,
       merged_into_id = case when t.id = lead.id then null else lead.id end,
       attempts = t.attempts + 1,
       started_at = coalesce(t.started_at, $3),
       finished_at = case when t.id = lead.id then null else $3::timestamptz end
     from open, lead where t.id = open.id and (t.id = lead.id or not lead.resumed)
   )
   select held.id as "conversationId", held.room_id as "roomId", held.fence::text as fence,
     held.summary, room.key as "roomKey", agent.id as "agentId", agent.version as "agentVersion",
     coalesce(role.tools, '{}') as "roleTools",
     coalesce(stat.cycles_completed, 0) as "cyclesCompleted",
     coalesce(stat.tasks_completed, 0) as "tasksCompleted",
     coalesce(stat.tasks_succeeded, 0) as "tasksSucceeded",
     coalesce(stat.consecutive_failures, 0) as "consecutiveFailures",
     (select json_build_object('id', b.id, 'name', b.name, 'revisionId', b.current_revision_id,
        'assignmentId', case when b.id = agent.behavior_id then agent.assignment_id end)
      from behavior b
      where b.current_revision_id is not null
        and (b.id = agent.behavior_id or (b.role = agent.role and b.status = 'active'))
      order by (b.id = agent.behavior_id) desc nulls last, b.name limit 1) as behavior,
     (select json_agg(json_build_array(id, message_id, attempts, status = 'running')
        order by status desc, seq) from open) as open,
     (select json_agg(${HISTORY_COLUMNS}) from (
        select * from message where room_id = held.room_id and seq > held.summarised_through
          and deleted_at is null
        order by seq desc limit ${HISTORY_LIMIT}) m
      left join person p on p.id = m.person_id left join agent w on w.id = m.agent_id) as history
   from held join room on room.id = held.room_id join agent on agent.id = held.agent_id left join role on role.name = agent.role
     left join agent_statistics stat on stat.agent_id = agent.id`,
);

type ClaimRow = Omit<
  ClaimedTurn,
  "turnId" | "attempts" | "statistics" | "history" | "askedIds" | "people" | "journal"
> & {
  cyclesCompleted: number;
  tasksCompleted: number;
  tasksSucceeded: number;
  consecutiveFailures: number;
  open: [turnId: string, messageId: string, attempts: number, running: boolean][];
  history: HistoryRow[] | null;
};

/**
 * Claims what waits in a conversation: the turn a crash interrupted, else all pending turns as one.
 * Undefined where nothing waits or another live worker holds the conversation.
 */
export async function claimConversation(
  scope: { sql: Sql; clock: Clock; workerId: string },
  conversationId: string,
): Promise<ClaimedTurn | undefined> {
  const now = new Date(scope.clock.now()).toISOString();
  const params = [conversationId, scope.workerId, now];
  const [row] = await scope.sql.rows<ClaimRow>(CLAIM, params);
  if (!row) return undefined;
  const { open, history: rows, cyclesCompleted, tasksCompleted, tasksSucceeded, ...rest } = row;
  const [turnId, messageId, attempts, resumed] = open[0] as ClaimRow["open"][number];
  const before = resumed ? await loadInterrupted(scope, turnId) : { journal: [], askedIds: [] };
  const askedIds = resumed ? [messageId, ...before.askedIds] : open.map(([, asked]) => asked);
  const { history, people } = await toHistory(scope, rows ?? [], askedIds);
  return {
    ...rest,
    turnId,
    attempts,
    statistics: {
      cyclesCompleted,
      successRate: tasksCompleted === 0 ? 1 : tasksSucceeded / tasksCompleted,
      consecutiveFailures: rest.consecutiveFailures,
    },
    history,
    askedIds,
    people,
    journal: before.journal,
  };
}
