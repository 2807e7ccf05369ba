import { UniqueConstraintViolationException } from "@mikro-orm/sql";
import { AppError } from "../../base/errors.ts";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import { Experiment } from "../experiment.ts";
import { beginPeriod } from "./begin-period.ts";
import { changeExperiment, type Changing } from "./change-experiment.ts";
import { lockCandidates } from "./lock-candidates.ts";

/**
 * Starts a draft: the next turn in any process takes part. `CONFLICT` where another one runs for the
 * same agent or role, an arm was retired since, or its script cannot be used.
 */
export function startExperiment(
  scope: BehaviorScope,
  name: string,
  { by }: { by: string },
): Promise<Experiment> {
  return changeExperiment(scope, { name, by }, async (changing) => {
    const { tx, experiment, arms, now } = changing;
    if (experiment.status !== "draft") {
      throw new AppError(
        "CONFLICT",
        `"${name}" is ${experiment.status}. An experiment runs once: create a new one.`,
      );
    }
    if (experiment.agent?.status === "stopped") {
      throw new AppError("CONFLICT", `"${experiment.agent.slug}" is stopped. Resume it first.`);
    }
    const names = arms.map(({ behaviorName }) => behaviorName);
    const behaviors = await lockCandidates(
      tx,
      names,
      experiment.agent ? undefined : experiment.role,
    );
    for (const behavior of behaviors.values()) {
      if (behavior.currentRevisionId) continue;
      throw new AppError(
        "CONFLICT",
        `No script of "${behavior.name}" can be used. Revise or restore it first.`,
      );
    }
    await requireAlone(changing);
    Object.assign(experiment, { status: "running", startedAt: now });
    beginPeriod(changing, null);
    await tx.flush().catch((error: unknown) => {
      if (error instanceof UniqueConstraintViolationException) throw another(experiment);
      throw error;
    });
    changing.tell({ kind: "started" });
  });
}

async function requireAlone({ tx, experiment }: Changing): Promise<void> {
  const { agent, role } = experiment;
  const scope = agent ? { agent } : { agent: null, role };
  const other = await tx.findOne(Experiment, { ...scope, status: "running" });
  if (other) throw another(experiment, other.name);
}

function another(experiment: Experiment, name = "another one"): AppError {
  return new AppError(
    "CONFLICT",
    `${name} runs for ${experiment.describeScope()} already. Stop it first, or wait for its end.`,
  );
}
