import type { EntityManager } from "@mikro-orm/sql";
import { tellAssigned } from "../assignments/assign-behavior.ts";
import { changeAssignment, clearAssignment } from "../assignments/change-assignment.ts";
import { tellUnassigned } from "../assignments/unassign-behavior.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { Behavior } from "../behavior.ts";
import type { Improvement } from "./improvement.ts";
import { loadTally } from "./load-present.ts";
import { lockImprovement } from "./lock-improvement.ts";
import { describeTally, FEWEST_USES, rateInterval, rateOf, type Tally } from "./tally.ts";

/** After so many uses a watched improvement is kept or rolled back for good. */
const JUDGED_AT_USES = 50;

const BY = "system";

/**
 * Whether an agent does worse than before: for certain from the eleventh use on (the whole 95 %
 * interval of its success rate lies below the rate before), by the plain rate at the fiftieth.
 */
export function judge(before: Tally, after: Tally): "worse" | "kept" | undefined {
  if (after.uses < FEWEST_USES) return undefined;
  if (rateInterval(after).high < rateOf(before)) return "worse";
  if (after.uses < JUDGED_AT_USES) return undefined;
  return rateOf(after) < rateOf(before) ? "worse" : "kept";
}

/**
 * Judges an improvement in force. Worse: the agent gets back what it had, with both figures in its
 * history. One whose agent got another behavior meanwhile is over. Repeating it changes nothing.
 */
export async function judgeImprovement(
  scope: BehaviorScope,
  id: string,
): Promise<Improvement["status"]> {
  const now = new Date(scope.clock.now());
  let tell = () => {};
  const status = await scope.em.transactional(async (tx) => {
    const improvement = await lockImprovement(tx, id);
    const { agent, fromUses, fromSuccesses } = improvement;
    if (improvement.status !== "watched") return improvement.status;
    const after = await loadTally(tx, agent.id, improvement.assignmentId ?? null);
    const close = (status: Improvement["status"], notes: string) => {
      const tallies = { afterUses: after.uses, afterSuccesses: after.successes };
      tx.assign(improvement, { status, notes, ...tallies, closedAt: now });
      return status;
    };
    if (agent.assignmentId !== improvement.assignmentId) {
      return close("withdrawn", "Another assignment ended it before it was judged.");
    }
    const before = { uses: fromUses, successes: fromSuccesses };
    const verdict = judge(before, after);
    if (verdict === undefined || agent.status === "stopped") return improvement.status;
    const figures = `${describeTally(after)} succeeded, before it ${describeTally(before)}`;
    if (verdict === "kept") return close("kept", `Kept: ${figures}.`);
    const notes = `Rolled back: ${figures}.`;
    tell = await rollBack(scope, tx, { improvement, notes, now });
    return close("rolled_back", notes);
  });
  tell();
  return status;
}

/** The behavior from before, where it can still be assigned; else what applies to the role. */
async function rollBack(
  scope: BehaviorScope,
  tx: EntityManager,
  { improvement, notes, now }: { improvement: Improvement; notes: string; now: Date },
): Promise<() => void> {
  const { agent, fromBehavior } = improvement;
  const before = fromBehavior ? await tx.findOne(Behavior, fromBehavior.id) : null;
  if (!before || before.status === "retired") {
    await clearAssignment(tx, agent.slug, { now, outcomeNotes: notes });
    const ended = { behavior: improvement.toBehaviorName, by: BY };
    return () => tellUnassigned(scope, agent.slug, ended);
  }
  const reason = "automatic_improvement" as const;
  const assigning = { behavior: before.name, by: BY, reason };
  await changeAssignment(tx, agent.slug, { ...assigning, outcomeNotes: notes, now });
  return () => tellAssigned(scope, agent.slug, assigning);
}
