import type { EntityManager } from "@mikro-orm/sql";
import { changeAssignment } from "../assignments/change-assignment.ts";
import type { Improvement } from "./improvement.ts";
import { describeTally } from "./tally.ts";

/** Assigns what an improvement proposes, within the caller's transaction; it is watched from now on. */
export async function applyImprovement(
  tx: EntityManager,
  improvement: Improvement,
  { by, now }: { by: string; now: Date },
): Promise<void> {
  const before = { uses: improvement.fromUses, successes: improvement.fromSuccesses };
  const proof = { uses: improvement.toUses, successes: improvement.toSuccesses };
  const name = improvement.toBehaviorName;
  const agent = await changeAssignment(tx, improvement.agent.slug, {
    behavior: name,
    by,
    reason: "automatic_improvement",
    outcomeNotes: `Underperformed: ${describeTally(before)} succeeded. "${name}" takes over, with ${describeTally(proof)}.`,
    now,
  });
  tx.assign(improvement, {
    status: "watched",
    assignmentId: agent.assignmentId ?? null,
    decidedBy: by,
    decidedAt: now,
  });
  await tx.flush();
}
