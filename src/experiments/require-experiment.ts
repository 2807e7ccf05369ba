import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import { ExperimentArm } from "./experiment-arm.ts";
import { Experiment } from "./experiment.ts";

/** The experiment of this name; `NOT_FOUND` names it and says where to look. */
export async function requireExperiment(
  { em }: { em: EntityManager },
  name: string,
): Promise<Experiment> {
  const found = await em.findOne(Experiment, { name }, { populate: ["agent"] });
  if (found) return found;
  throw new AppError(
    "NOT_FOUND",
    `There is no experiment "${name.slice(0, 100)}". The query experiments lists them all.`,
  );
}

/** Its arms in the order of the table. */
export function loadArms(em: EntityManager, experiment: Experiment): Promise<ExperimentArm[]> {
  return em.find(
    ExperimentArm,
    { experiment },
    { orderBy: { position: "asc" }, populate: ["behavior"], refresh: true },
  );
}

/** The arm of a behavior; `NOT_FOUND` lists those there are. */
export function requireArm(arms: readonly ExperimentArm[], behavior: string): ExperimentArm {
  const arm = arms.find(({ behaviorName }) => behaviorName === behavior);
  if (arm) return arm;
  const names = arms.map(({ behaviorName }) => behaviorName).join(", ");
  throw new AppError(
    "NOT_FOUND",
    `"${behavior.slice(0, 100)}" is not in the experiment. Its arms are ${names}.`,
  );
}

export function requireControl(arms: readonly ExperimentArm[]): ExperimentArm {
  const control = arms.find(({ isControl }) => isControl);
  if (!control) throw new Error("an experiment without control");
  return control;
}
