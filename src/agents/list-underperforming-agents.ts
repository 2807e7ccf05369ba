import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import { Agent } from "./agent.ts";

/** An agent is judged only after more than so many tasks. */
const FEWEST_TASKS = 10;

/**
 * Active agents with more than ten tasks of which less than `threshold` (0 to 1) succeeded, worst
 * first: candidates for another behavior.
 */
export async function listUnderperformingAgents(
  { em }: { em: EntityManager },
  threshold = 0.7,
): Promise<Agent[]> {
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new AppError("INVALID", "threshold must be a success rate from 0 to 1, such as 0.7.");
  }
  const rows = await em.execute<{ id: string }[]>(
    `select a.id from agent a join agent_statistics s on s.agent_id = a.id
     where a.status = 'active' and s.tasks_completed > ?
       and s.tasks_succeeded < ?::float8 * s.tasks_completed
     order by s.tasks_succeeded::float8 / s.tasks_completed, s.tasks_completed desc, a.slug`,
    [FEWEST_TASKS, threshold],
  );
  const ids = rows.map(({ id }) => id);
  const found = new Map((await em.find(Agent, { id: ids })).map((agent) => [agent.id, agent]));
  return ids.map((id) => found.get(id)).filter((agent) => agent !== undefined);
}
