import type { EntityManager } from "@mikro-orm/sql";
import type { ChosenArm } from "./choose-arm.ts";
import { toLogScale, winsorise } from "../statistics/metric-scales.ts";

/** How a turn ended, as experiments count it. */
type CountedTurn = {
  turnId: string;
  succeeded: boolean;
  failed: boolean;
  responseMs: number;
  costMicros: bigint;
  /** ISO 8601. */
  at: string;
};

/**
 * Further parts of the statement that ends turns: they count for their arms those that the part
 * `fenced` has, by position. `parameter` is the list of their `toRecordedUse`. What several turns of one
 * unit add is added up first, and always in one order, so that no two statements wait for each other.
 */
export const recordUse = (parameter: string) => `used_in_arm as (
     select given_use.* from unnest(${parameter}::jsonb[]) with ordinality as given (use, position)
       join fenced on fenced.position = given.position,
       jsonb_to_record(given.use) as given_use (turn_id uuid, experiment_id uuid, unit_id uuid, period int,
         arm_id uuid, success int, error int, log_ms float, capped_micros float, response_ms bigint,
         cost_micros bigint, at timestamptz)
   ), exposed as (
     insert into experiment_exposure as x (id, experiment_id, unit_id, period, arm_id, is_first, uses,
       successes, errors, log_ms, log_ms_squared, capped_micros, capped_micros_squared, response_ms, cost_micros,
       first_at, last_at)
     select gen_random_uuid(), experiment_id, unit_id, period, arm_id, not exists (
         select from experiment_exposure before where before.experiment_id = used_in_arm.experiment_id
           and before.unit_id = used_in_arm.unit_id), count(*), sum(success),
       sum(error), sum(log_ms), sum(log_ms * log_ms), sum(capped_micros),
       sum(capped_micros * capped_micros), sum(response_ms), sum(cost_micros), min(at), max(at)
     from used_in_arm group by 2, 3, 4, 5 order by 2, 3, 4, 5
     on conflict (experiment_id, unit_id, period, arm_id) do update set
       uses = x.uses + excluded.uses, successes = x.successes + excluded.successes,
       errors = x.errors + excluded.errors, log_ms = x.log_ms + excluded.log_ms,
       log_ms_squared = x.log_ms_squared + excluded.log_ms_squared,
       capped_micros = x.capped_micros + excluded.capped_micros,
       capped_micros_squared = x.capped_micros_squared + excluded.capped_micros_squared,
       response_ms = x.response_ms + excluded.response_ms,
       cost_micros = x.cost_micros + excluded.cost_micros,
       last_at = greatest(x.last_at, excluded.last_at)
     returning id, experiment_id, unit_id, period, arm_id
   ), used_turn as (
     insert into experiment_use (turn_id, exposure_id) select turn_id, exposed.id
     from used_in_arm join exposed using (experiment_id, unit_id, period, arm_id)
   )`;

/** The parameter of `recordUse`. */
export function toRecordedUse(chosen: ChosenArm, turn: CountedTurn): string {
  const cost = Number(turn.costMicros);
  return JSON.stringify({
    turn_id: turn.turnId,
    experiment_id: chosen.experimentId,
    unit_id: chosen.unitId,
    period: chosen.period,
    arm_id: chosen.armId,
    success: Number(turn.succeeded),
    error: Number(turn.failed),
    log_ms: toLogScale(turn.responseMs),
    capped_micros: winsorise(cost, chosen.costCapMicros),
    response_ms: Math.round(turn.responseMs),
    cost_micros: turn.costMicros.toString(),
    at: turn.at,
  });
}

/**
 * Takes a turn's success away (−1) or gives it back (+1) within the caller's transaction, once it is
 * known better than when it ended. Call it exactly where `turn.succeeded` changes. Nothing happens
 * where the turn was in no experiment.
 */
export async function correctExperimentOutcome(
  tx: EntityManager,
  { turnId, delta }: { turnId: string; delta: 1 | -1 },
): Promise<void> {
  await tx.execute(
    `update experiment_exposure x set successes = least(x.uses, greatest(0, x.successes + ?::int))
     from experiment_use u where u.turn_id = ?::uuid and x.id = u.exposure_id`,
    [delta, turnId],
  );
}
