import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import { findNear } from "../base/find-near.ts";
import { Behavior } from "./behavior.ts";

/** The behavior that a person means by its name; `NOT_FOUND` names the nearest others. */
export async function findBehavior(
  { em }: { em: EntityManager },
  words: string,
): Promise<Behavior> {
  const wanted = words.trim().toLowerCase();
  const found = await em.findOne(Behavior, { name: wanted });
  if (found) return found;
  const known = await em.execute<{ name: string }[]>(
    `select name from behavior where status <> 'retired' order by name limit 10000`,
  );
  const near = findNear(
    wanted,
    known.map(({ name }) => name),
  );
  const hint =
    near.length > 0
      ? `Did you mean ${near.map((name) => `\`${name}\``).join(" or ")}?`
      : "`/behavior list` has all.";
  throw new AppError("NOT_FOUND", `There is no behavior "${words.trim().slice(0, 60)}". ${hint}`);
}
