import type { EntityManager } from "@mikro-orm/sql";
import { tellAssigned } from "../assignments/assign-behavior.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { Behavior } from "../behavior.ts";
import { applyImprovement } from "./apply-improvement.ts";
import { isRested, loadPolicy } from "./cool-down.ts";
import type { Improvement } from "./improvement.ts";
import { loadPresent } from "./load-present.ts";
import { lockImprovement } from "./lock-improvement.ts";
import { rateOf } from "./tally.ts";

const BY = "system";

/**
 * Looks at a suggestion again: it is withdrawn once it no longer holds (the agent got another
 * behavior, does well again or is stopped, its policy is off, the behavior is gone), and assigned
 * where the policy has become `auto` and the cool-down is over.
 */
export async function reviewSuggestion(
  scope: BehaviorScope,
  id: string,
  threshold: number,
): Promise<Improvement["status"]> {
  const now = new Date(scope.clock.now());
  let applied = false;
  const improvement = await scope.em.transactional(async (tx) => {
    const improvement = await lockImprovement(tx, id);
    if (improvement.status !== "suggested") return improvement;
    const { agent } = improvement;
    const policy = await loadPolicy(tx, agent);
    const obstacle = await findChange(tx, improvement, { policy, threshold });
    if (obstacle !== undefined) {
      return tx.assign(improvement, { status: "withdrawn", notes: obstacle, closedAt: now });
    }
    if (policy === "auto" && isRested(agent.behaviorAssignedAt, now)) {
      await applyImprovement(tx, improvement, { by: BY, now });
      applied = true;
    }
    return improvement;
  });
  const { status, agent, toBehaviorName: behavior } = improvement;
  if (applied) {
    tellAssigned(scope, agent.slug, { behavior, by: BY, reason: "automatic_improvement" });
  }
  return status;
}

/** What has changed since a suggestion was made, so that it no longer holds. */
async function findChange(
  tx: EntityManager,
  { agent, fromBehavior, toBehavior, createdBy }: Improvement,
  { policy, threshold }: { policy: string; threshold: number },
): Promise<string | undefined> {
  if (agent.status === "stopped") return "The agent is stopped.";
  // What an operator asked for is theirs to dismiss.
  if (policy === "off" && createdBy === BY) return "The policy is off.";
  if ((agent.behaviorId ?? null) !== (fromBehavior?.id ?? null)) {
    return "The agent has another behavior now.";
  }
  const proposed = toBehavior && (await tx.findOne(Behavior, toBehavior.id));
  if (!proposed || proposed.status === "retired") {
    return "The behavior cannot be assigned any more.";
  }
  const { tally } = await loadPresent(tx, agent);
  return rateOf(tally) >= threshold ? "The agent does well enough again." : undefined;
}
