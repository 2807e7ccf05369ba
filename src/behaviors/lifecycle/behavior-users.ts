import type { EntityManager } from "@mikro-orm/sql";
import { Agent } from "../../agents/agent.ts";

/**
 * The agents whose next turn the behavior would shape, by slug: it is assigned to them, or it is
 * what applies to their role and they have none of their own.
 */
export async function loadBehaviorUsers(
  { em }: { em: EntityManager },
  behaviorId: string,
): Promise<Agent[]> {
  const rows = await em.execute<{ id: string }[]>(
    `select a.id from agent a, behavior own where own.id = ? and (a.behavior_id = own.id or
       (a.behavior_id is null and a.role = own.role and own.id = (
         select b.id from behavior b where b.role = own.role and b.status = 'active'
           and b.current_revision_id is not null order by b.primary_since desc nulls last, b.name limit 1)))`,
    [behaviorId],
  );
  return em.find(Agent, { id: rows.map(({ id }) => id) }, { orderBy: { slug: "asc" } });
}

/** The experiments that compare the behavior or are to do so, by name. */
export async function loadOpenExperiments(
  em: EntityManager,
  behaviorId: string,
): Promise<string[]> {
  const rows = await em.execute<{ name: string }[]>(
    `select e.name from experiment e join experiment_arm a on a.experiment_id = e.id
     where a.behavior_id = ? and e.status in ('draft', 'running') order by e.name`,
    [behaviorId],
  );
  return rows.map(({ name }) => name);
}
