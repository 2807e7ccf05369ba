import { toLikePrefix } from "../agents/suggest-agents.ts";
import { statement, type Sql } from "../store/sql.ts";

export type SuggestedBehavior = { name: string; description: string; role: string };

const SUGGEST = statement(
  "suggest_behaviors",
  `select name, description, role from behavior
   where name like $1 and status <> 'retired' and current_revision_id is not null
   order by name limit $2`,
);

/** The behaviors that an agent can be switched to and whose name begins with what was typed. */
export async function suggestBehaviors(
  { sql }: { sql: Sql },
  typed: string,
  { limit }: { limit: number },
): Promise<SuggestedBehavior[]> {
  const beginning = typed.trim().toLowerCase().slice(0, 100);
  return sql.rows<SuggestedBehavior>(SUGGEST, [toLikePrefix(beginning), limit]);
}
