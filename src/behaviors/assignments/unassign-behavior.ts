import type { Agent } from "../../agents/agent.ts";
import { publishBehaviorChange } from "../behavior-change.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { clearAssignment } from "./change-assignment.ts";

/** Takes an agent's behavior away: its role's active one applies. Without one nothing changes. */
export async function unassignBehavior(
  scope: BehaviorScope,
  slug: string,
  { by, outcomeNotes }: { by: string; outcomeNotes?: string | null | undefined },
): Promise<Agent> {
  const now = new Date(scope.clock.now());
  const { agent, behavior } = await scope.em.transactional((tx) =>
    clearAssignment(tx, slug, { now, outcomeNotes }),
  );
  if (behavior !== undefined) tellUnassigned(scope, slug, { behavior, by });
  return agent;
}

export function tellUnassigned(
  { queue, clock }: Pick<BehaviorScope, "queue" | "clock">,
  agent: string,
  { behavior, by }: { behavior: string; by: string },
): void {
  const at = new Date(clock.now()).toISOString();
  publishBehaviorChange(queue, { kind: "unassigned", behavior, agent, by, at });
}
