import type { EntityManager } from "@mikro-orm/sql";
import { sha256 } from "../../base/ids.ts";
import { BehaviorRevision } from "../behavior-revision.ts";
import type { Behavior } from "../behavior.ts";

/** Writes a script as the behavior's next revision, which becomes the current one. */
export async function addRevision(
  tx: EntityManager,
  behavior: Behavior,
  { script, notes, by }: { script: string; notes?: string | null | undefined; by: string },
): Promise<BehaviorRevision> {
  const newest = await tx.findOne(
    BehaviorRevision,
    { behavior },
    { orderBy: { number: "desc" }, fields: ["number"] },
  );
  const revision = tx.create(BehaviorRevision, {
    behavior,
    number: (newest?.number ?? 0) + 1,
    script,
    sha256: sha256(script),
    notes: notes ?? null,
    createdBy: by,
  });
  tx.assign(behavior, { currentRevisionId: revision.id, lastError: null, lastErrorAt: null });
  return revision;
}
