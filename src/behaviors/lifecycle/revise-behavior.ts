import { AppError } from "../../base/errors.ts";
import { sha256 } from "../../base/ids.ts";
import { addRevision } from "./add-revision.ts";
import { publishBehaviorChange } from "../behavior-change.ts";
import { parseBehaviorFields } from "./behavior-input.ts";
import { BehaviorRevision } from "../behavior-revision.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import type { Behavior } from "../behavior.ts";
import type { CheckScope } from "../check/check-behavior.ts";
import { requireSound } from "../check/require-sound.ts";
import { lockBehavior } from "../lock-behavior.ts";
import { requireBehavior } from "../require-behavior.ts";
import { parseBehaviorTests } from "../tests/behavior-test.ts";
import { requireTested } from "../tests/require-tested.ts";

export type Revising = {
  script: string;
  /** Why, and what changes; kept with the revision. */
  notes?: string | undefined;
  /** Number of the revision the editor started from: `CONFLICT` where another one is current by now. */
  basedOn?: number | undefined;
  /** Tests in place of those stored so far, as of the new revision. */
  tests?: unknown;
  /** Stores the revision although it fails the tests, or its behavior's. */
  force?: boolean | undefined;
};

/**
 * Makes a new revision, which the next turn uses in every process. The script must pass its check and,
 * unless forced, the tests stored with the behavior; one that equals the current revision changes nothing.
 */
export async function reviseBehavior(
  scope: BehaviorScope & CheckScope,
  name: string,
  { script, notes, basedOn, tests: givenTests, force = false, by }: Revising & { by: string },
): Promise<Behavior> {
  parseBehaviorFields({ evolutionNotes: notes });
  const { role, tests: stored } = await requireBehavior(scope, name);
  const tests = givenTests === undefined ? undefined : parseBehaviorTests(givenTests);
  await requireSound(scope, { name, role, script });
  if (!force) requireTested(scope, { name, role, script }, tests ?? stored ?? []);
  const { behavior, revision } = await scope.em.transactional(async (tx) => {
    const behavior = await lockBehavior(tx, name);
    const current = behavior.currentRevisionId
      ? await tx.findOneOrFail(BehaviorRevision, behavior.currentRevisionId)
      : undefined;
    if (basedOn !== undefined && current?.number !== basedOn) {
      const is = current ? `revision ${current.number}` : "none";
      throw new AppError(
        "CONFLICT",
        `The current revision of "${name}" is ${is}, not ${basedOn}: somebody changed it meanwhile. Look at the difference and try again.`,
      );
    }
    if (tests) behavior.tests = tests;
    if (current?.sha256 === sha256(script)) return { behavior, revision: undefined };
    return { behavior, revision: await addRevision(tx, behavior, { script, notes, by }) };
  });
  if (revision) {
    const at = new Date(scope.clock.now()).toISOString();
    const { number } = revision;
    publishBehaviorChange(scope.queue, {
      kind: "revised",
      behavior: name,
      revision: number,
      by,
      at,
    });
  }
  return behavior;
}
