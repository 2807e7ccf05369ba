import type { AgentStatus } from "../agents/agent.ts";
import type { Clock } from "../base/clock.ts";
import type { Preferences } from "../rooms/person.ts";
import { statement, type Sql } from "../store/sql.ts";
import type { StepKind, StepStatus } from "./turn-step.ts";

/** A message as the prompt needs it; `agentId` is null for people. */
export type HistoryMessage = {
  id: string;
  seq: number;
  text: string;
  postedAt: string;
  name: string;
  agentId: string | null;
  personId: string | null;
};

export type Participant = {
  id: string;
  name: string;
  preferences: Preferences;
  timeZone: string;
};

export type JournalledStep = {
  kind: StepKind;
  name: string;
  status: StepStatus;
  output: unknown;
  costMicros: string | null;
};

/** Everything a turn starts from, read in the same round trip that claims it. */
export type ClaimedTurn = {
  turnId: string;
  conversationId: string;
  roomId: string;
  roomKey: string;
  /** How often the turn was begun before: each time a crash or a fault broke it off. */
  attempts: number;
  /** Writes that carry an older fence than the conversation's change nothing. */
  fence: string;
  agentId: string;
  agentVersion: number;
  agentStatus: AgentStatus;
  roleTools: string[];
  statistics: { cyclesCompleted: number; successRate: number; consecutiveFailures: number };
  behavior: { id: string; name: string; revisionId: string } | null;
  summary: string | null;
  /** The messages not covered by the summary, oldest first. */
  history: HistoryMessage[];
  /** The ids among them that ask for this answer. */
  askedIds: string[];
  people: Participant[];
  /** What the turn had finished before a crash; empty for a fresh one. */
  steps: JournalledStep[];
};

/** The most messages read for one turn; older ones are in the summary. */
export const HISTORY_LIMIT = 80;

const OPEN = "('pending', 'running')";

// Takes the lane unless a live worker holds it, makes the open turns one, and reads what it needs.
const CLAIM = statement(
  "claim_conversation",
  `with held as (
     update conversation c set fence = fence + 1, holder_id = $2
     where c.id = $1
       and exists (select from turn t where t.conversation_id = c.id and t.status in ${OPEN})
       and (c.holder_id is null or c.holder_id = $2 or not exists (
         select from worker_process w where w.id = c.holder_id and w.alive_until > now()))
     returning c.*
   ), open as (
     select t.id, t.message_id, t.attempts,
       first_value(t.id) over (order by t.status desc, t.seq) as lead_id,
       bool_or(t.status = 'running') over () as resumed
     from held join turn t on t.conversation_id = held.id and t.status in ${OPEN}
   ), started as (
     update turn t set
       status = case when t.id = open.lead_id then 'running' else 'merged' end,
       merged_into_id = case when t.id = open.lead_id then null else open.lead_id end,
       attempts = t.attempts + 1,
       started_at = coalesce(t.started_at, $3),
       finished_at = case when t.id = open.lead_id then null else $3::timestamptz end
     from open where t.id = open.id and (t.id = open.lead_id or not open.resumed)
   ), lead as (
     select lead_id as id, resumed, attempts from open where id = lead_id
   ), asked as (
     select open.message_id from open, lead where not lead.resumed or open.id = lead.id
     union
     select t.message_id from turn t, lead where lead.resumed and t.merged_into_id = lead.id
   ), recent as (
     (select m.* from held, lateral (
        select * from message where room_id = held.room_id and seq > held.summarised_through
        order by seq desc limit ${HISTORY_LIMIT}) m)
     union
     select m.* from message m join asked on asked.message_id = m.id
   ), history as (
     select m.id, m.seq, m.text, m.posted_at as "postedAt", m.agent_id as "agentId",
       m.person_id as "personId", coalesce(p.name, a.name, 'somebody') as name
     from recent m left join person p on p.id = m.person_id left join agent a on a.id = m.agent_id
   )
   select lead.id as "turnId", held.id as "conversationId", held.room_id as "roomId",
     room.key as "roomKey", held.fence::text as fence, held.summary,
     lead.attempts, agent.id as "agentId", agent.version as "agentVersion", agent.status as "agentStatus",
     coalesce(role.tools, '{}') as "roleTools",
     json_build_object('cyclesCompleted', coalesce(stat.cycles_completed, 0),
       'successRate', case when coalesce(stat.tasks_completed, 0) = 0 then 1
         else stat.tasks_succeeded::float / stat.tasks_completed end,
       'consecutiveFailures', coalesce(stat.consecutive_failures, 0)) as statistics,
     (select json_build_object('id', b.id, 'name', b.name, 'revisionId', b.current_revision_id)
      from behavior b
      where b.current_revision_id is not null
        and (b.id = agent.behavior_id or (b.role = agent.role and b.status = 'active'))
      order by (b.id = agent.behavior_id) desc nulls last, b.name limit 1) as behavior,
     (select json_agg(history order by history.seq) from history) as history,
     (select json_agg(message_id) from asked) as "askedIds",
     coalesce((select json_agg(json_build_object('id', p.id, 'name', p.name,
         'preferences', p.preferences, 'timeZone', p.time_zone))
       from person p where p.id in (select m.person_id from asked join message m on m.id = asked.message_id)
     ), '[]') as people,
     coalesce((select json_agg(json_build_object('kind', s.kind, 'name', s.name, 'status', s.status,
         'output', s.output, 'costMicros', s.cost_micros::text) order by s.position)
       from turn_step s where lead.resumed and s.turn_id = lead.id), '[]') as steps
   from held join lead on true join room on room.id = held.room_id
     join agent on agent.id = held.agent_id left join role on role.name = agent.role
     left join agent_statistics stat on stat.agent_id = agent.id`,
);

/**
 * Claims what waits in a conversation: the turn a crash interrupted, else all pending turns as one.
 * Undefined where nothing waits or another live worker holds the conversation.
 */
export async function claimConversation(
  { sql, clock, workerId }: { sql: Sql; clock: Clock; workerId: string },
  conversationId: string,
): Promise<ClaimedTurn | undefined> {
  const now = new Date(clock.now()).toISOString();
  const [claimed] = await sql.rows<ClaimedTurn>(CLAIM, [conversationId, workerId, now]);
  return claimed;
}
