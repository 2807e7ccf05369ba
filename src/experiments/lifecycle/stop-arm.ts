import { AppError } from "../../base/errors.ts";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import type { ExperimentArm } from "../experiment-arm.ts";
import type { Experiment } from "../experiment.ts";
import { requireArm } from "../require-experiment.ts";
import { beginPeriod } from "./begin-period.ts";
import { changeExperiment, type Changing } from "./change-experiment.ts";
import { endExperiment } from "./stop-experiment.ts";
import { requireComparing } from "./update-weights.ts";

/**
 * Takes an arm out: its people get one of the others, nobody else moves. Without any other arm than
 * control the experiment stops. Control cannot be stopped alone (`CONFLICT`).
 */
export function stopArm(
  scope: BehaviorScope,
  name: string,
  { arm: behavior, by, reason }: { arm: string; by: string; reason?: string | undefined },
): Promise<Experiment> {
  return changeExperiment(scope, { name, by }, async (changing) => {
    requireComparing(changing);
    const arm = requireArm(changing.arms, behavior);
    if (arm.isControl) {
      throw new AppError("CONFLICT", `"${behavior}" is control. Stop the experiment instead.`);
    }
    if (arm.status === "stopped") return;
    haltArms(changing, [{ arm, reason: reason ?? `${by} stopped it` }]);
  });
}

/** Takes arms out of a running experiment, within the caller's transaction. */
export function haltArms(
  changing: Changing,
  halted: readonly { arm: ExperimentArm; reason: string }[],
): void {
  const { arms, experiment, now, by, tell } = changing;
  for (const { arm, reason } of halted) {
    Object.assign(arm, { status: "stopped", stopReason: reason, stoppedAt: now, stoppedBy: by });
    if (experiment.suggestedArmId === arm.id) experiment.suggestedArmId = null;
    tell({ kind: "arm_stopped", arm, reason });
  }
  const left = arms.filter(({ status, isControl }) => status === "running" && !isControl);
  if (left.length === 0) endExperiment(changing, "no arm but control is left");
  else beginPeriod(changing, null);
}
