import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../../base/errors.ts";
import type { Behavior } from "../../behaviors/behavior.ts";
import { lockBehavior } from "../../behaviors/lock-behavior.ts";

/**
 * The behaviors that are to be compared, which nobody deletes or retires until the transaction ends.
 * `NOT_FOUND`, `CONFLICT` for a retired one, `INVALID` for one of another role than the experiment's.
 */
export async function lockCandidates(
  tx: EntityManager,
  names: readonly string[],
  role: string | undefined,
): Promise<Map<string, Behavior>> {
  const found = new Map<string, Behavior>();
  // In one order, so that two experiments never wait for each other.
  for (const name of names.toSorted()) {
    const behavior = await lockBehavior(tx, name);
    if (behavior.status === "retired") {
      throw new AppError("CONFLICT", `"${name}" is retired. Activate it before you try it.`);
    }
    if (role !== undefined && behavior.role !== role) {
      throw new AppError(
        "INVALID",
        `"${name}" is for the role ${behavior.role}, the experiment for ${role}. Name behaviors of that role, or make it an experiment with one agent.`,
      );
    }
    found.set(name, behavior);
  }
  return found;
}
