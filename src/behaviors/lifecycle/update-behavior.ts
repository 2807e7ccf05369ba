import { AppError } from "../../base/errors.ts";
import { publishBehaviorChange } from "../behavior-change.ts";
import { type BehaviorFields, parseBehaviorFields } from "./behavior-input.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import type { Behavior, BehaviorStatus } from "../behavior.ts";
import { loadAncestors } from "./lineage.ts";
import { lockBehavior } from "../lock-behavior.ts";
import { requireBehavior } from "../require-behavior.ts";

export type BehaviorChanges = Partial<Omit<BehaviorFields, "name">> & {
  /** Name of the behavior it was made from; null for none. */
  parent?: string | null;
};

/** Changes what is said of a behavior. A parent that descends from it is `CONFLICT`. */
export async function updateBehavior(
  scope: BehaviorScope,
  name: string,
  { changes, by }: { changes: BehaviorChanges; by: string },
): Promise<Behavior> {
  const { parent, ...given } = changes;
  const fields = parseBehaviorFields(given);
  const behavior = await scope.em.transactional(async (tx) => {
    // One change of the family at a time: two at once could close a circle between them.
    if (parent) await tx.execute("select pg_advisory_xact_lock(7462310713)");
    const behavior = await lockBehavior(tx, name);
    tx.assign(behavior, fields);
    if (parent !== undefined) {
      behavior.parentId = parent === null ? null : await findParent({ em: tx }, behavior, parent);
    }
    return behavior;
  });
  tell(scope, { kind: "updated", behavior: name, by });
  return behavior;
}

/** Activates or retires a behavior. Agents that have a retired one keep it until they get another. */
export async function setBehaviorStatus(
  scope: BehaviorScope,
  name: string,
  { status, by }: { status: Exclude<BehaviorStatus, "draft">; by: string },
): Promise<Behavior> {
  const behavior = await scope.em.transactional(async (tx) => {
    const behavior = await lockBehavior(tx, name);
    behavior.status = status;
    return behavior;
  });
  const kind = status === "active" ? "activated" : "retired";
  tell(scope, { kind, behavior: name, by });
  return behavior;
}

async function findParent(
  scope: Pick<BehaviorScope, "em">,
  behavior: Behavior,
  name: string,
): Promise<string> {
  const parent = await requireBehavior(scope, name);
  const line = [parent, ...(await loadAncestors(scope, parent.id))];
  if (!line.some(({ id }) => id === behavior.id)) return parent.id;
  throw new AppError(
    "CONFLICT",
    `"${name}" cannot be the parent of "${behavior.name}": it descends from it (${line.map((b) => b.name).join(" ← ")}).`,
  );
}

function tell(
  { queue, clock }: BehaviorScope,
  change: { kind: "updated" | "activated" | "retired"; behavior: string; by: string },
): void {
  publishBehaviorChange(queue, { ...change, at: new Date(clock.now()).toISOString() });
}
