import { AppError } from "../../base/errors.ts";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import type { Experiment } from "../experiment.ts";
import { changeExperiment, type Changing } from "./change-experiment.ts";

/** Ends an experiment without promoting anything: what applied before applies again. */
export function stopExperiment(
  scope: BehaviorScope,
  name: string,
  { by, reason }: { by: string; reason?: string | undefined },
): Promise<Experiment> {
  return changeExperiment(scope, { name, by }, async (changing) => {
    const { status } = changing.experiment;
    if (status !== "running" && status !== "draft") {
      throw new AppError("CONFLICT", `"${name}" has ended already: it is ${status}.`);
    }
    endExperiment(changing, reason ?? `${by} stopped it`);
  });
}

export function endExperiment({ experiment, now, by, tell }: Changing, reason: string): void {
  const ended = { status: "stopped", endedAt: now, endedBy: by, reason };
  Object.assign(experiment, { ...ended, suggestedArmId: null });
  tell({ kind: "stopped", reason });
}
