import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/sql";
import { unknownBehavior } from "./require-behavior.ts";
import { Behavior } from "./behavior.ts";

/** The behavior as it is now, which nobody else changes until the transaction ends. */
export async function lockBehavior(tx: EntityManager, name: string): Promise<Behavior> {
  const behavior = await tx.findOne(
    Behavior,
    { name },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (!behavior) throw unknownBehavior(name);
  return behavior;
}
