import type { EntityManager } from "@mikro-orm/sql";
import { Notice } from "./notice.ts";

/** What operators are told of, the newest first, whether there is a room for it or not. */
export function listNotices(
  { em }: { em: EntityManager },
  { last }: { last: number },
): Promise<Notice[]> {
  return em.find(Notice, {}, { orderBy: { happenedAt: "desc", id: "desc" }, limit: last });
}
