import { AppError } from "../../base/errors.ts";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import type { Experiment } from "../experiment.ts";
import { requireArm } from "../require-experiment.ts";
import { requireWeights } from "../statistics/weighted-arms.ts";
import { beginPeriod } from "./begin-period.ts";
import { changeExperiment, type Changing } from "./change-experiment.ts";

/** Weights of arms, by the name of their behavior. */
export type ArmWeight = { behavior: string; weight: number };

/**
 * Changes weights; arms that are not named keep theirs. As few people as possible change their arm,
 * and the comparison keeps the time before and after apart.
 */
export function updateWeights(
  scope: BehaviorScope,
  name: string,
  { weights, by }: { weights: readonly ArmWeight[]; by: string },
): Promise<Experiment> {
  return changeExperiment(scope, { name, by }, async (changing) => {
    const { arms, experiment } = changing;
    if (experiment.status !== "draft") requireComparing(changing);
    for (const { behavior, weight } of weights) requireArm(arms, behavior).weight = weight;
    const running = arms.filter(({ status }) => status === "running");
    requireWeights(running.map(({ behaviorName: key, weight }) => ({ key, weight })));
    const compared = running.filter(({ weight }) => weight > 0);
    if (compared.length < 2 || !compared.some(({ isControl }) => isControl)) {
      throw new AppError("INVALID", "Give control and another arm a weight above 0.");
    }
    if (experiment.status === "running") beginPeriod(changing, null);
    changing.tell({ kind: "weights_changed" });
  });
}

/** Refuses, as `CONFLICT`, what makes sense only while arms are compared. */
export function requireComparing({ experiment }: Changing): void {
  const { name, status } = experiment;
  if (status !== "running") {
    throw new AppError("CONFLICT", `"${name}" is not running: it is ${status}.`);
  }
  if (experiment.isRampingUp()) {
    throw new AppError(
      "CONFLICT",
      `"${name}" has a winner, whose share is growing. Roll it back, or wait for its end.`,
    );
  }
}
