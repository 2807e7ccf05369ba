import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import { Behavior } from "./behavior.ts";

/** The behavior of this name; `NOT_FOUND` names it and says where to look. */
export async function requireBehavior(
  { em }: { em: EntityManager },
  name: string,
): Promise<Behavior> {
  const behavior = await em.findOne(Behavior, { name });
  if (behavior) return behavior;
  throw unknownBehavior(name);
}

export function unknownBehavior(name: string): AppError {
  return new AppError(
    "NOT_FOUND",
    `There is no behavior "${name.slice(0, 100)}". The query behaviors lists them all.`,
  );
}
