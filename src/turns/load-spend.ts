import type { Clock } from "../base/clock.ts";
import { parseRoomKey } from "../rooms/room-key.ts";
import { ROOM_OR_THREAD } from "../rooms/with-threads.ts";
import type { WorkspaceRef } from "../rooms/workspaces/installation.ts";
import { statement, type Sql } from "../store/sql.ts";

/** What one agent's turns have cost, in micro-dollars. */
export type AgentSpend = {
  agentId: string;
  slug: string;
  name: string;
  turns: number;
  costMicros: string;
  /** Of the last 24 hours. */
  costMicrosToday: string;
  /** Of the last 30 days. */
  costMicrosMonth: string;
};

type Scope = { sql: Sql; clock: Clock };

// The messages of a room have an index, and each turn has one in its room.
const spendOf = (rooms: string, now: string) =>
  `select a.id as "agentId", a.slug, a.name, count(*)::int as turns,
     sum(t.cost_micros)::text as "costMicros",
     coalesce(sum(t.cost_micros) filter (where t.finished_at > ${now}::timestamptz - interval '24 hours'), 0)::text
       as "costMicrosToday",
     coalesce(sum(t.cost_micros) filter (where t.finished_at > ${now}::timestamptz - interval '30 days'), 0)::text
       as "costMicrosMonth"
   from room r join message m on m.room_id = r.id join turn t on t.message_id = m.id
     join conversation c on c.id = t.conversation_id join agent a on a.id = c.agent_id
   where ${rooms} and t.status in ('done', 'failed', 'declined')
   group by a.id, a.slug, a.name order by sum(t.cost_micros) desc, a.slug`;

const ROOM_SPEND = statement("room_spend", spendOf(ROOM_OR_THREAD, "$2"));
const WORKSPACE_SPEND = statement(
  "workspace_spend",
  spendOf(
    "r.workspace_id = (select id from workspace where platform = $1 and external_id = $2)",
    "$3",
  ),
);

/** What has been spent in a room and its threads, by agent, the dearest first; ended turns count. */
export async function loadRoomSpend({ sql, clock }: Scope, roomKey: string): Promise<AgentSpend[]> {
  parseRoomKey(roomKey);
  return sql.rows<AgentSpend>(ROOM_SPEND, [roomKey, toNow(clock)]);
}

/** Likewise in all rooms of a workspace. */
export async function loadWorkspaceSpend(
  { sql, clock }: Scope,
  { platform, externalId }: WorkspaceRef,
): Promise<AgentSpend[]> {
  return sql.rows<AgentSpend>(WORKSPACE_SPEND, [platform, externalId, toNow(clock)]);
}

function toNow(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
