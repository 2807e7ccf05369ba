import { AppError } from "../../base/errors.ts";
import { publishBehaviorChange } from "../behavior-change.ts";
import { BehaviorRevision } from "../behavior-revision.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import type { Behavior } from "../behavior.ts";
import { lockBehavior } from "../lock-behavior.ts";

/**
 * Switches the newest revision that the breaker switched off on again and makes it the current one;
 * it may use up its limits three times anew. `CONFLICT` where none is switched off.
 */
export async function restoreBehavior(
  scope: BehaviorScope,
  name: string,
  by: string,
): Promise<Behavior> {
  const { behavior, revision } = await scope.em.transactional(async (tx) => {
    const behavior = await lockBehavior(tx, name);
    const revision = await tx.findOne(
      BehaviorRevision,
      { behavior, switchedOffAt: { $ne: null } },
      { orderBy: { number: "desc" } },
    );
    if (!revision) {
      throw new AppError("CONFLICT", `No revision of "${name}" is switched off.`);
    }
    tx.assign(revision, { limitHits: 0, switchedOffAt: null });
    tx.assign(behavior, { currentRevisionId: revision.id, lastError: null, lastErrorAt: null });
    return { behavior, revision };
  });
  const at = new Date(scope.clock.now()).toISOString();
  const { number } = revision;
  publishBehaviorChange(scope.queue, {
    kind: "restored",
    behavior: name,
    revision: number,
    by,
    at,
  });
  return behavior;
}
