import { statement, type Sql } from "../../store/sql.ts";

/** Which behavior shapes an agent's answers in a room, and why. */
export type EffectiveBehavior = {
  agentId: string;
  name: string;
  source: "room" | "channel" | "agent" | "role";
};

// The same order as in claim_conversation: the room, its channel, the agent, its role.
const EFFECTIVE = statement(
  "effective_behaviors",
  `select a.id as "agentId", b.name,
     case b.id when c.behavior_id then 'room' when channel.behavior_id then 'channel'
       when a.behavior_id then 'agent' else 'role' end as source
   from room r join conversation c on c.room_id = r.id join agent a on a.id = c.agent_id
     left join room above on above.id <> r.id
       and above.key = split_part(r.key, ':', 1) || ':' || split_part(r.key, ':', 2)
     left join conversation channel on channel.room_id = above.id and channel.agent_id = a.id
     join lateral (select b.id, b.name from behavior b where b.current_revision_id is not null
         and (b.id in (c.behavior_id, channel.behavior_id, a.behavior_id)
           or (b.role = a.role and b.status = 'active'))
       order by (b.id = c.behavior_id) desc nulls last, (b.id = channel.behavior_id) desc nulls last,
         (b.id = a.behavior_id) desc nulls last, b.name limit 1) b on true
   where r.key = $1`,
);

/** The behavior of each agent in a room, by the agent's id; agents without any are absent. */
export async function loadEffectiveBehaviors(
  { sql }: { sql: Sql },
  roomKey: string,
): Promise<Map<string, EffectiveBehavior>> {
  const rows = await sql.rows<EffectiveBehavior>(EFFECTIVE, [roomKey]);
  return new Map(rows.map((row) => [row.agentId, row]));
}
