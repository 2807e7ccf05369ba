import type { AgentChanges } from "../../agents/agent-input.ts";
import type { Agent } from "../../agents/agent.ts";
import { updateAgent } from "../../agents/update-agent.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { requireBehavior } from "../require-behavior.ts";
import { tellAssigned } from "./assign-behavior.ts";
import { changeAssignment, clearAssignment } from "./change-assignment.ts";
import { tellUnassigned } from "./unassign-behavior.ts";

/**
 * Changes what is given of an agent, all or nothing. Another behavior among the changes is an
 * assignment like any other; the one it has already is none.
 */
export async function changeAgent(
  scope: BehaviorScope,
  slug: string,
  { changes, by }: { changes: AgentChanges; by: string },
): Promise<Agent> {
  const { behavior } = changes;
  const now = new Date(scope.clock.now());
  let tell = () => {};
  const agent = await scope.em.transactional(async (tx) => {
    const updated = await updateAgent({ em: tx }, slug, { changes });
    if (behavior === undefined) return updated;
    if (behavior === null) {
      const { agent, behavior: ended } = await clearAssignment(tx, slug, { now });
      if (ended !== undefined) tell = () => tellUnassigned(scope, slug, { behavior: ended, by });
      return agent;
    }
    if ((await requireBehavior({ em: tx }, behavior)).id === updated.behaviorId) return updated;
    tell = () => tellAssigned(scope, slug, { behavior, by });
    return changeAssignment(tx, slug, { behavior, by, now });
  });
  tell();
  return agent;
}
