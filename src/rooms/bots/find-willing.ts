import { statement, type Sql } from "../../store/sql.ts";
import type { Mode } from "../participation.ts";
import { parseRoomKey, toRoomKey } from "../room-key.ts";

/** An agent that answers other bots in a room. */
export type WillingAgent = { agentId: string; slug: string; name: string; mode: Mode };

const FIND_WILLING = statement(
  "find_agents_answering_bots",
  `with taking_part as (
     select c.agent_id, min(c.created_at) as since,
       bool_or(c.answers_bots) filter (where room.key = $1) as here,
       bool_or(c.answers_bots) filter (where room.key <> $1) as above,
       (array_agg(c.mode order by (room.key = $1) desc))[1] as mode
     from room join conversation c on c.room_id = room.id
     where room.key in ($1, $2) group by c.agent_id
   )
   select a.id as "agentId", a.slug, a.name, mode from taking_part join agent a on a.id = agent_id
   where coalesce(here, above, false) order by since`,
);

/** Who answers bots in a room: what is said for a channel holds in its threads, unless they differ. */
export async function findWilling({ sql }: { sql: Sql }, roomKey: string): Promise<WillingAgent[]> {
  const { thread: _thread, ...channel } = parseRoomKey(roomKey);
  return sql.rows<WillingAgent>(FIND_WILLING, [roomKey, toRoomKey(channel)]);
}
