import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/sql";
import { requireAgent } from "../../agents/require-agent.ts";
import { AppError } from "../../base/errors.ts";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import { ExperimentArm } from "../experiment-arm.ts";
import { publishExperimentChange } from "../experiment-change.ts";
import { type NewExperiment, parseExperiment } from "../experiment-input.ts";
import { Experiment } from "../experiment.ts";
import { lockCandidates } from "./lock-candidates.ts";

/**
 * Stores an experiment as a draft; its first arm is control unless another is named. `INVALID` lists
 * every fault, unknown behaviors and agents are `NOT_FOUND`, retired ones and a name in use `CONFLICT`.
 */
export async function createExperiment(
  scope: BehaviorScope,
  input: NewExperiment,
  by: string,
): Promise<Experiment> {
  const fields = parseExperiment(input);
  const experiment = await scope.em
    .transactional((tx) => insertExperiment(tx, fields, by))
    .catch((error: unknown) => {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new AppError(
        "CONFLICT",
        `There is an experiment "${fields.name}" already. Choose another name.`,
      );
    });
  const at = new Date(scope.clock.now()).toISOString();
  publishExperimentChange(scope.queue, { kind: "created", experiment: fields.name, by, at });
  return experiment;
}

async function insertExperiment(
  tx: EntityManager,
  fields: ReturnType<typeof parseExperiment>,
  by: string,
): Promise<Experiment> {
  const { agent: slug, role: named, arms, control, rampUp, description, ...rest } = fields;
  const agent = slug === undefined ? null : await requireAgent({ em: tx }, slug);
  const role = agent?.role ?? named ?? "";
  const names = arms.map(({ behavior }) => behavior);
  const behaviors = await lockCandidates(tx, names, agent ? undefined : role);
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const experiment = tx.create(Experiment, {
    ...(Object.fromEntries(given) as { name: string }),
    description: description ?? "",
    role,
    agent,
    createdBy: by,
    ...(rampUp && { rampUp: rampUp.length === 0 ? [1] : rampUp }),
  });
  for (const [position, { behavior: behaviorName, weight }] of arms.entries()) {
    tx.create(ExperimentArm, {
      experiment,
      position,
      behavior: behaviors.get(behaviorName) ?? null,
      behaviorName,
      weight,
      isControl: behaviorName === (control ?? names[0]),
    });
  }
  return experiment;
}
