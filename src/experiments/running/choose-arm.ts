import type { BehaviorRef } from "../../behaviors/engine/behavior-engine.ts";
import { statement, type Sql } from "../../store/sql.ts";
import type { RunningArm, RunningExperiment } from "./running-experiment.ts";
import { assignByHash, isExposed } from "../statistics/hash-assign.ts";
import { assignAtRandom } from "../statistics/random-assign.ts";
import { hashStream } from "../statistics/hash-stream.ts";
import { chooseByThompson } from "../statistics/thompson-sampling.ts";
import type { WeightedArm } from "../statistics/weighted-arms.ts";

/** The arm of one turn, as its journal keeps it and its end counts it. */
export type ChosenArm = {
  experimentId: string;
  period: number;
  armId: string;
  unitId: string;
  costCapMicros: number;
};

type WithArms = RunningExperiment & { arms: RunningArm[] };
type Asking = { personId: string | undefined; conversationId: string };

const FIND_EXPOSURE = statement(
  "find_experiment_exposure",
  `select arm_id as "armId" from experiment_exposure where experiment_id = $1 and unit_id = $2
   order by period, first_at limit 1`,
);

/**
 * Which arm shapes this turn, and the behavior it stands for; undefined where the turn takes no part:
 * it is about people and nobody asked. A person or room gets the same arm in every process and after
 * every restart, because its hash decides; only what the bandit once chose is looked up.
 */
export async function chooseArm(
  scope: { sql: Sql },
  running: RunningExperiment,
  asking: Asking,
): Promise<{ chosen: ChosenArm; behavior: BehaviorRef | null } | undefined> {
  const experiment = { ...running, arms: running.arms ?? [] };
  const unitId = unitOf(experiment, asking);
  if (unitId === undefined) return undefined;
  const { id: experimentId, period, costCapMicros } = experiment;
  const key = await chooseKey(scope, experiment, unitId);
  const arm = experiment.arms.find(({ id }) => id === key);
  if (!arm) return undefined;
  const chosen = { experimentId, period, armId: arm.id, unitId, costCapMicros };
  return { chosen, behavior: arm.behavior };
}

function unitOf({ unit, roomId }: RunningExperiment, asking: Asking): string | undefined {
  switch (unit) {
    case "person":
      return asking.personId;
    case "room":
      return roomId;
    case "use":
      return asking.conversationId;
  }
}

async function chooseKey(
  scope: { sql: Sql },
  experiment: WithArms,
  unitId: string,
): Promise<string | undefined> {
  const { arms, share, unit } = experiment;
  if (share !== null) return chooseInRampUp(experiment, share, unitId);
  if (experiment.allocation === "thompson") return chooseByBandit(scope, experiment, unitId);
  const weighted = arms.map(toWeighted);
  if (!weighted.some(({ weight }) => weight > 0)) return undefined;
  if (unit === "use") return assignAtRandom(weighted, Math.random);
  return assignByHash(experiment.id, weighted, unitId);
}

function chooseInRampUp(
  { id, arms, promotedArmId, unit }: WithArms,
  share: number,
  unitId: string,
): string | undefined {
  const inside = unit === "use" ? Math.random() < share : isExposed(id, unitId, share);
  return inside ? (promotedArmId ?? undefined) : arms.find(({ isControl }) => isControl)?.id;
}

/** A unit draws once and keeps what it drew, while that arm takes part. */
async function chooseByBandit(
  { sql }: { sql: Sql },
  { id, arms, unit }: WithArms,
  unitId: string,
): Promise<string | undefined> {
  const possible = arms.filter(({ weight }) => weight > 0);
  if (possible.length === 0) return undefined;
  const bandit = possible.map(({ id, uses, successes }) => ({ key: id, uses, successes }));
  if (unit === "use") return chooseByThompson(bandit, Math.random);
  const [known] = await sql.rows<{ armId: string }>(FIND_EXPOSURE, [id, unitId]);
  if (possible.some((arm) => arm.id === known?.armId)) return known?.armId;
  // The unit's own stream of chance: two first turns of a person at once draw the same arm.
  return chooseByThompson(bandit, hashStream(id, unitId));
}

function toWeighted({ id, weight }: RunningArm): WeightedArm {
  return { key: id, weight };
}
