import { AppError } from "../../base/errors.ts";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import type { ExperimentArm } from "../experiment-arm.ts";
import type { Experiment } from "../experiment.ts";
import { judgeExperiment } from "../judging/judge.ts";
import { loadEvidence } from "../judging/load-evidence.ts";
import { makePrimary } from "../primary/make-primary.ts";
import { requireArm } from "../require-experiment.ts";
import { beginPeriod } from "./begin-period.ts";
import { changeExperiment, type Changing } from "./change-experiment.ts";

export type Promoting = {
  by: string;
  /** Name of the arm's behavior; the suggested one, or the winner, unless given. */
  arm?: string | undefined;
  /** Leaves the ramp-up out, or cuts it short. */
  atOnce?: boolean | undefined;
};

/**
 * Makes an arm primary: at once, or in the steps of the ramp-up while the experiment goes on. Without
 * a winner the arm must be named (`CONFLICT`). The agents' histories say `a_b_test`.
 */
export function promoteArm(
  scope: BehaviorScope,
  name: string,
  { by, arm: named, atOnce = false }: Promoting,
): Promise<Experiment> {
  return changeExperiment(scope, { name, by }, async (changing) => {
    const { experiment } = changing;
    requirePromotable(experiment, atOnce);
    const arm = named === undefined ? await findWinner(changing) : requireArm(changing.arms, named);
    await promote(changing, arm, { atOnce: atOnce || experiment.status === "stopped" });
  });
}

/** Begins or skips the ramp-up of an arm, within the caller's transaction. */
export async function promote(
  changing: Changing,
  arm: ExperimentArm,
  { atOnce }: { atOnce: boolean },
): Promise<void> {
  const { experiment, now, by, tell } = changing;
  const since = experiment.promotedArmId === arm.id ? experiment.promotedAt : null;
  Object.assign(experiment, {
    promotedArmId: arm.id,
    promotedAt: since ?? now,
    promotedBy: by,
    suggestedArmId: null,
    suggestedAt: null,
  });
  const [share = 1] = experiment.rampUp;
  tell({ kind: "promoted", arm });
  if (atOnce || share === 1 || arm.isControl) return concludeExperiment(changing, arm);
  if (arm.status === "stopped") {
    throw new AppError("CONFLICT", `"${arm.behaviorName}" is stopped. Promote it at once, or not.`);
  }
  beginPeriod(changing, share);
}

/** Ends an experiment with this arm as what applies from now on. */
export async function concludeExperiment(changing: Changing, arm: ExperimentArm): Promise<void> {
  const { tx, experiment, arms, now, by, tell } = changing;
  const evidence = await loadEvidence(tx, experiment.id);
  Object.assign(experiment, { status: "concluded", endedAt: now, endedBy: by, reason: null });
  const { verdict } = judgeExperiment({ experiment, arms, evidence });
  const notes = `Experiment ${experiment.name}: ${verdict.sentence}`;
  experiment.assignedBefore = await makePrimary(changing, arm, notes);
  tell({ kind: "concluded", arm, reason: verdict.sentence });
}

function requirePromotable(experiment: Experiment, atOnce: boolean): void {
  const { name, status } = experiment;
  if (status === "draft" || status === "concluded") {
    throw new AppError("CONFLICT", `"${name}" is ${status}: there is nothing to promote.`);
  }
  if (experiment.rolledBackAt) {
    throw new AppError("CONFLICT", `"${name}" was rolled back. Assign the behavior, or try anew.`);
  }
  if (experiment.isRampingUp() && !atOnce) {
    throw new AppError(
      "CONFLICT",
      `"${name}" has a winner, whose share is growing. Promote it at once to cut that short, or roll it back.`,
    );
  }
}

async function findWinner({ tx, experiment, arms }: Changing): Promise<ExperimentArm> {
  const { promotedArmId, suggestedArmId } = experiment;
  const evidence = await loadEvidence(tx, experiment.id);
  const { comparison, verdict } = judgeExperiment({ experiment, arms, evidence });
  const id = promotedArmId ?? suggestedArmId ?? comparison.winner;
  const arm = arms.find((one) => one.id === id);
  if (arm) return arm;
  throw new AppError(
    "CONFLICT",
    `There is no winner to promote. ${verdict.sentence} To promote an arm all the same, name it.`,
  );
}
