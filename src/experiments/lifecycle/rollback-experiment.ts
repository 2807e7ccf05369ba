import { AppError } from "../../base/errors.ts";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import type { Experiment } from "../experiment.ts";
import { restorePrimary } from "../primary/restore-primary.ts";
import type { RampUpFault } from "../statistics/ramp-up.ts";
import { sayDay } from "../statistics/verdict-words.ts";
import { changeExperiment, type Changing } from "./change-experiment.ts";

/**
 * Takes a promotion back, while its share grows or later: what applied before applies again, where
 * nobody has assigned something else since.
 */
export function rollbackExperiment(
  scope: BehaviorScope,
  name: string,
  { by }: { by: string },
): Promise<Experiment> {
  return changeExperiment(scope, { name, by }, async (changing) => {
    const { experiment } = changing;
    if (!experiment.promotedArmId || experiment.rolledBackAt) {
      throw new AppError("CONFLICT", `"${name}" has promoted nothing that could be taken back.`);
    }
    await rollBack(changing, "operator");
  });
}

/** Takes the promoted arm back, within the caller's transaction. */
export async function rollBack(changing: Changing, because: RampUpFault): Promise<void> {
  const { experiment, arms, now, by, tell } = changing;
  const arm = arms.find(({ id }) => id === experiment.promotedArmId);
  if (!arm) throw new Error("a promotion without its arm");
  const reason = because === "operator" ? `${by} rolled it back` : `rolled back: ${because}`;
  if (experiment.status === "concluded") {
    const notes = `Experiment ${experiment.name}: rolled back on ${sayDay(now)} by ${by}`;
    await restorePrimary(changing, arm, notes);
  }
  Object.assign(experiment, {
    status: "stopped",
    endedAt: now,
    endedBy: by,
    reason,
    rolledBackAt: now,
    rolledBackBecause: because,
  });
  if (!arm.isControl) {
    const stopped = { status: "stopped", stopReason: reason, stoppedAt: now, stoppedBy: by };
    Object.assign(arm, stopped);
  }
  tell({ kind: "rolled_back", arm, reason: because });
}
