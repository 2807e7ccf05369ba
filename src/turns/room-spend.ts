import type { Clock } from "../base/clock.ts";
import { parseRoomKey } from "../rooms/room-key.ts";
import { ROOM_OR_THREAD } from "../rooms/with-threads.ts";
import { statement, type Sql } from "../store/sql.ts";

/** What one agent's turns in a room and its threads have cost, in micro-dollars. */
export type AgentSpend = {
  agentId: string;
  slug: string;
  name: string;
  turns: number;
  costMicros: string;
  /** Of the last 24 hours. */
  costMicrosToday: string;
};

const SPEND = statement(
  "room_spend",
  `select a.id as "agentId", a.slug, a.name, count(*)::int as turns,
     sum(t.cost_micros)::text as "costMicros",
     coalesce(sum(t.cost_micros) filter (where t.finished_at > $2::timestamptz - interval '24 hours'), 0)::text
       as "costMicrosToday"
   from room r join conversation c on c.room_id = r.id join agent a on a.id = c.agent_id
     join turn t on t.conversation_id = c.id
   where ${ROOM_OR_THREAD} and t.status in ('done', 'failed', 'declined')
   group by a.id, a.slug, a.name order by sum(t.cost_micros) desc, a.slug`,
);

/** What has been spent in a room and its threads, by agent, the dearest first; ended turns count. */
export async function loadRoomSpend(
  { sql, clock }: { sql: Sql; clock: Clock },
  roomKey: string,
): Promise<AgentSpend[]> {
  parseRoomKey(roomKey);
  return sql.rows<AgentSpend>(SPEND, [roomKey, new Date(clock.now()).toISOString()]);
}
