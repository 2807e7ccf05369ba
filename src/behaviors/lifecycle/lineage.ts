import type { EntityManager } from "@mikro-orm/sql";
import { Behavior } from "../behavior.ts";

/** The behaviors it was made from, parent first. */
export async function loadAncestors(
  { em }: { em: EntityManager },
  behaviorId: string,
): Promise<Behavior[]> {
  const rows = await em.execute<{ id: string }[]>(
    `with recursive line as (
       select parent_id as id, 1 as step from behavior where id = ?
       union
       select b.parent_id, step + 1 from behavior b join line on b.id = line.id where step < 100
     )
     select line.id from line join behavior using (id) order by step`,
    [behaviorId],
  );
  const ids = rows.map(({ id }) => id);
  const found = new Map((await em.find(Behavior, ids)).map((behavior) => [behavior.id, behavior]));
  return ids.map((id) => found.get(id)).filter((behavior) => behavior !== undefined);
}
