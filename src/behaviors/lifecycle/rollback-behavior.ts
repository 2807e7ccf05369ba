import { AppError } from "../../base/errors.ts";
import { publishBehaviorChange } from "../behavior-change.ts";
import { BehaviorRevision } from "../behavior-revision.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import type { Behavior } from "../behavior.ts";
import { lockBehavior } from "../lock-behavior.ts";

/**
 * Makes an earlier or later revision the current one; the next turn uses it. Where the breaker had
 * switched that revision off, it begins anew.
 */
export async function rollbackBehavior(
  scope: BehaviorScope,
  name: string,
  { to, by }: { to: number; by: string },
): Promise<Behavior> {
  const behavior = await scope.em.transactional(async (tx) => {
    const behavior = await lockBehavior(tx, name);
    const revision = await tx.findOne(BehaviorRevision, { behavior, number: to });
    if (!revision) {
      throw new AppError(
        "NOT_FOUND",
        `"${name}" has no revision ${to}. Its field revisions lists them all.`,
      );
    }
    tx.assign(revision, { limitHits: 0, switchedOffAt: null });
    tx.assign(behavior, { currentRevisionId: revision.id, lastError: null, lastErrorAt: null });
    return behavior;
  });
  const at = new Date(scope.clock.now()).toISOString();
  publishBehaviorChange(scope.queue, { kind: "rolled_back", behavior: name, revision: to, by, at });
  return behavior;
}
