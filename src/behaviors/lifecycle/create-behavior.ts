import { UniqueConstraintViolationException } from "@mikro-orm/sql";
import { AppError } from "../../base/errors.ts";
import { addRevision } from "./add-revision.ts";
import { publishBehaviorChange } from "../behavior-change.ts";
import { parseNewBehavior } from "./behavior-input.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { Behavior, type BehaviorStatus } from "../behavior.ts";
import type { CheckScope } from "../check/check-behavior.ts";
import { requireSound } from "../check/require-sound.ts";
import { requireBehavior } from "../require-behavior.ts";
import { parseBehaviorTests } from "../tests/behavior-test.ts";
import { requireTested } from "../tests/require-tested.ts";

export type NewBehavior = {
  name: string;
  script: string;
  role: string;
  description?: string | undefined;
  status?: Exclude<BehaviorStatus, "retired"> | undefined;
  /** Name of the behavior it was made from. */
  parent?: string | undefined;
  evolutionNotes?: string | undefined;
  /** Tests to store with it, which its script must pass; see `tests/behavior-test.ts`. */
  tests?: unknown;
};

/**
 * Stores a behavior with its first revision. Nothing is stored unless the script passes its check
 * (`INVALID` says why); a name in use is `CONFLICT`, an unknown parent `NOT_FOUND`.
 */
export async function createBehavior(
  scope: BehaviorScope & CheckScope,
  input: NewBehavior,
  by: string,
): Promise<Behavior> {
  const { script, parent, status = "active", tests: givenTests, ...given } = input;
  const fields = parseNewBehavior(given);
  const { name, role } = fields;
  const tests = givenTests === undefined ? null : parseBehaviorTests(givenTests);
  await requireSound(scope, { name, role, script });
  requireTested(scope, { name, role, script }, tests ?? []);
  const behavior = await scope.em
    .transactional(async (tx) => {
      const parentId = parent === undefined ? null : (await requireBehavior({ em: tx }, parent)).id;
      const created = tx.create(Behavior, { ...fields, status, parentId, tests, createdBy: by });
      await addRevision(tx, created, { script, by });
      return created;
    })
    .catch((error: unknown) => {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new AppError(
        "CONFLICT",
        `There is a behavior "${fields.name}" already. Revise it, or choose another name.`,
      );
    });
  const at = new Date(scope.clock.now()).toISOString();
  publishBehaviorChange(scope.queue, {
    kind: "created",
    behavior: behavior.name,
    revision: 1,
    by,
    at,
  });
  return behavior;
}
