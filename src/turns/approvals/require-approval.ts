import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../../base/errors.ts";
import { isId } from "../../base/ids.ts";
import { Approval } from "./approval.ts";

/** The question of an id, with where and of whom it is; `NOT_FOUND` where there is none. */
export async function requireApproval(
  { em }: { em: EntityManager },
  id: string,
): Promise<Approval> {
  const populate = ["requester", "turn", "conversation.agent", "conversation.room"] as const;
  const approval = isId(id) ? await em.findOne(Approval, { id }, { populate }) : null;
  if (approval) return approval;
  throw new AppError("NOT_FOUND", "There is no such question. It may be long over.");
}
