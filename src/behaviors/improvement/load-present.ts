import type { EntityManager } from "@mikro-orm/sql";
import type { Agent } from "../../agents/agent.ts";
import type { Tally } from "./tally.ts";

export type Present = {
  /** The behavior that applies to the agent now, assigned or by role; null for none. */
  behaviorId: string | null;
  behaviorName: string | null;
  /** What it did in the assignment it is in, or all it did without one. */
  tally: Tally;
};

/** What applies to an agent at present, and how it has been doing with it. */
export async function loadPresent(em: EntityManager, agent: Agent): Promise<Present> {
  const [behavior] = await em.execute<{ id: string; name: string }[]>(
    `select b.id, b.name from behavior b where b.current_revision_id is not null
       and (b.id = ?::uuid or (b.role = ? and b.status = 'active'))
     order by (b.id = ?::uuid) desc nulls last, b.name limit 1`,
    [agent.behaviorId ?? null, agent.role, agent.behaviorId ?? null],
  );
  return {
    behaviorId: behavior?.id ?? null,
    behaviorName: behavior?.name ?? null,
    tally: await loadTally(em, agent.id, agent.assignmentId ?? null),
  };
}

/** What an agent did in an assignment; null sums up what it did without one. */
export async function loadTally(
  em: EntityManager,
  agentId: string,
  assignmentId: string | null,
): Promise<Tally> {
  const [sum] = await em.execute<Tally[]>(
    `select coalesce(sum(uses), 0)::int as uses, coalesce(sum(successes), 0)::int as successes
     from behavior_statistics where agent_id = ? and assignment_id is not distinct from ?::uuid`,
    [agentId, assignmentId],
  );
  return { uses: sum?.uses ?? 0, successes: sum?.successes ?? 0 };
}
