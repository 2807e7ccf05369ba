import { publishBehaviorChange } from "../behavior-change.ts";
import { BehaviorRevision } from "../behavior-revision.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import type { Behavior } from "../behavior.ts";
import type { CheckScope } from "../check/check-behavior.ts";
import { lockBehavior } from "../lock-behavior.ts";
import { parseBehaviorTests } from "./behavior-test.ts";
import { requireTested } from "./require-tested.ts";

/**
 * Stores tests with a behavior in place of those it had; null takes them away. Tests that its current
 * revision fails are `INVALID` unless `force`.
 */
export async function setBehaviorTests(
  scope: BehaviorScope & CheckScope,
  name: string,
  { tests: given, force = false, by }: { tests: unknown; force?: boolean | undefined; by: string },
): Promise<Behavior> {
  const tests = given === null ? null : parseBehaviorTests(given);
  const behavior = await scope.em.transactional(async (tx) => {
    const behavior = await lockBehavior(tx, name);
    if (tests && !force && behavior.currentRevisionId) {
      const { script } = await tx.findOneOrFail(BehaviorRevision, behavior.currentRevisionId);
      requireTested(scope, { name, role: behavior.role, script }, tests);
    }
    behavior.tests = tests;
    return behavior;
  });
  const at = new Date(scope.clock.now()).toISOString();
  publishBehaviorChange(scope.queue, { kind: "updated", behavior: name, by, at });
  return behavior;
}
