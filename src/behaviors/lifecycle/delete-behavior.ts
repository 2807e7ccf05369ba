import { AppError } from "../../base/errors.ts";
import { publishBehaviorChange } from "../behavior-change.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { loadBehaviorUsers, loadOpenExperiments } from "./behavior-users.ts";
import { Behavior } from "../behavior.ts";
import { lockBehavior } from "../lock-behavior.ts";

const MOST_NAMED = 20;

/**
 * Deletes a behavior with its revisions and statistics; the history of assignments keeps its name,
 * and behaviors made from it become children of its parent. One that agents use is refused with
 * `CONFLICT`, which lists them, and so is one of an experiment that has not ended. A behavior file in the folder comes back at the next start.
 */
export async function deleteBehavior(
  scope: BehaviorScope,
  name: string,
  by: string,
): Promise<void> {
  await scope.em.transactional(async (tx) => {
    const behavior = await lockBehavior(tx, name);
    const users = await loadBehaviorUsers({ em: tx }, behavior.id);
    if (users.length > 0) {
      const named = users.slice(0, MOST_NAMED).map(({ slug }) => slug);
      const more = users.length > MOST_NAMED ? ` and ${users.length - MOST_NAMED} more` : "";
      throw new AppError(
        "CONFLICT",
        `"${name}" is in use by ${named.join(", ")}${more}. Give them another behavior first, or retire it.`,
      );
    }
    const experiments = await loadOpenExperiments(tx, behavior.id);
    if (experiments.length > 0) {
      throw new AppError(
        "CONFLICT",
        `"${name}" is in the experiment ${experiments.slice(0, MOST_NAMED).join(", ")}. Stop the experiment first.`,
      );
    }
    await tx.nativeUpdate(
      Behavior,
      { parentId: behavior.id },
      { parentId: behavior.parentId ?? null },
    );
    await tx.nativeDelete(Behavior, { id: behavior.id });
  });
  const at = new Date(scope.clock.now()).toISOString();
  publishBehaviorChange(scope.queue, { kind: "deleted", behavior: name, by, at });
}
