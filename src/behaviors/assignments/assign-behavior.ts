import type { Agent } from "../../agents/agent.ts";
import { publishBehaviorChange } from "../behavior-change.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { type Assigning, changeAssignment } from "./change-assignment.ts";

/**
 * Assigns a behavior to an agent: one transaction ends the open assignment, opens the new one and
 * makes every process drop its copy of the agent, so that the next turn uses it without a restart.
 */
export async function assignBehavior(
  scope: BehaviorScope,
  slug: string,
  assigning: Assigning,
): Promise<Agent> {
  const now = new Date(scope.clock.now());
  const agent = await scope.em.transactional((tx) =>
    changeAssignment(tx, slug, { ...assigning, now }),
  );
  tellAssigned(scope, slug, assigning);
  return agent;
}

/** Assigns without a restart and says so in the history: the reason is `hot_reload` unless given. */
export function hotReloadBehavior(
  scope: BehaviorScope,
  slug: string,
  assigning: Assigning,
): Promise<Agent> {
  return assignBehavior(scope, slug, { ...assigning, reason: assigning.reason ?? "hot_reload" });
}

export function tellAssigned(
  { queue, clock }: Pick<BehaviorScope, "queue" | "clock">,
  agent: string,
  { behavior, by, reason = "manual" }: Assigning,
): void {
  const at = new Date(clock.now()).toISOString();
  publishBehaviorChange(queue, { kind: "assigned", behavior, agent, reason, by, at });
}
