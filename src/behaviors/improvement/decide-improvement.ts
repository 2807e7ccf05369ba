import { AppError } from "../../base/errors.ts";
import { tellAssigned } from "../assignments/assign-behavior.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { applyImprovement } from "./apply-improvement.ts";
import type { Improvement } from "./improvement.ts";
import { lockImprovement } from "./lock-improvement.ts";

/**
 * Assigns what an improvement suggests; it is watched from then on and rolled back if the agent does
 * worse with it. `CONFLICT` where it was decided already, or the agent has changed since.
 */
export async function approveImprovement(
  scope: BehaviorScope,
  id: string,
  by: string,
): Promise<Improvement> {
  const now = new Date(scope.clock.now());
  const improvement = await scope.em.transactional(async (tx) => {
    const improvement = await lockImprovement(tx, id);
    requireOpen(improvement);
    const { agent, fromBehavior, toBehaviorName } = improvement;
    if ((agent.behaviorId ?? null) !== (fromBehavior?.id ?? null)) {
      throw new AppError(
        "CONFLICT",
        `"${agent.slug}" has got another behavior since. Dismiss the improvement, or assign "${toBehaviorName}" yourself.`,
      );
    }
    await applyImprovement(tx, improvement, { by, now });
    return improvement;
  });
  tellAssigned(scope, improvement.agent.slug, {
    behavior: improvement.toBehaviorName,
    by,
    reason: "automatic_improvement",
  });
  return improvement;
}

/** Declines an improvement: the same revision is not suggested to that agent again. */
export async function dismissImprovement(
  scope: BehaviorScope,
  id: string,
  { by, notes }: { by: string; notes?: string | null | undefined },
): Promise<Improvement> {
  const now = new Date(scope.clock.now());
  return scope.em.transactional(async (tx) => {
    const improvement = await lockImprovement(tx, id);
    requireOpen(improvement);
    return tx.assign(improvement, {
      status: "dismissed",
      notes: notes ?? null,
      decidedBy: by,
      decidedAt: now,
      closedAt: now,
    });
  });
}

function requireOpen({ status, decidedBy }: Improvement): void {
  if (status === "suggested") return;
  const how = status === "watched" ? "in force" : status.replace("_", " ");
  throw new AppError(
    "CONFLICT",
    `The improvement is ${how} already${decidedBy ? `, decided by ${decidedBy}` : ""}.`,
  );
}
