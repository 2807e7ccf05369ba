import { statement, type Sql } from "../store/sql.ts";

export type SuggestedAgent = { slug: string; name: string };

// An empty room key asks for all agents, one of a room for those in it.
const SUGGEST = statement(
  "suggest_agents",
  `select a.slug, a.name from agent a
   where a.status <> 'stopped'
     and (a.slug like $1 or lower(a.name) like $1)
     and ($2 = '' or exists (select from conversation c join room r on r.id = c.room_id
       where c.agent_id = a.id and r.key = $2 and c.mode <> 'off'))
   order by a.slug limit $3`,
);

/** The agents whose slug or name begins with what was typed, by slug; of one room where it is given. */
export async function suggestAgents(
  { sql }: { sql: Sql },
  typed: string,
  { roomKey = "", limit }: { roomKey?: string | undefined; limit: number },
): Promise<SuggestedAgent[]> {
  const beginning = typed.trim().replace(/^@/, "").toLowerCase().slice(0, 100);
  return sql.rows<SuggestedAgent>(SUGGEST, [toLikePrefix(beginning), roomKey, limit]);
}

/** What was typed, taken literally. */
export function toLikePrefix(typed: string): string {
  return `${typed
    .replaceAll("\0", "")
    .toWellFormed()
    .replace(/[\\%_]/g, "\\$&")}%`;
}
