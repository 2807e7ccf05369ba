import type { EntityManager } from "@mikro-orm/sql";

/** What one arm has shown in one period, as sums over its units and over their uses. */
export type ArmEvidence = {
  period: number;
  armId: string;
  units: number;
  /** Units that had been in no earlier period. */
  newUnits: number;
  uses: number;
  successes: number;
  errors: number;
  logMs: number;
  logMsSquared: number;
  micros: number;
  microsSquared: number;
  responseMs: number;
  costMicros: number;
  /** Σ n², and Σ n·y and Σ y² of each metric, over units with n uses that add up to y. */
  usesSquared: number;
  usesBySuccesses: number;
  successesSquared: number;
  usesByErrors: number;
  errorsSquared: number;
  usesByLogMs: number;
  logMsOfUnitsSquared: number;
  usesByMicros: number;
  microsOfUnitsSquared: number;
};

export type PeriodEvidence = {
  number: number;
  /** Null while arms are compared, else the share of the promoted one. */
  share: number | null;
  weights: Record<string, number>;
};

export type Evidence = {
  periods: PeriodEvidence[];
  arms: ArmEvidence[];
  /** Different units by arm, over all periods of the comparison. */
  units: ReadonlyMap<string, number>;
};

const SUMS = `select x.period, x.arm_id as "armId", count(*)::int as units,
    count(*) filter (where is_first)::int as "newUnits",
    sum(uses)::float as uses, sum(successes)::float as successes, sum(errors)::float as errors,
    sum(log_ms) as "logMs", sum(log_ms_squared) as "logMsSquared",
    sum(capped_micros) as micros, sum(capped_micros_squared) as "microsSquared",
    sum(response_ms)::float as "responseMs", sum(cost_micros)::float as "costMicros",
    sum(uses::float * uses) as "usesSquared",
    sum(uses::float * successes) as "usesBySuccesses",
    sum(successes::float * successes) as "successesSquared",
    sum(uses::float * errors) as "usesByErrors", sum(errors::float * errors) as "errorsSquared",
    sum(uses * log_ms) as "usesByLogMs", sum(log_ms * log_ms) as "logMsOfUnitsSquared",
    sum(uses * capped_micros) as "usesByMicros",
    sum(capped_micros * capped_micros) as "microsOfUnitsSquared"
  from experiment_exposure x where experiment_id = ? group by 1, 2`;

const UNITS = `select x.arm_id as "armId", count(distinct x.unit_id)::int as units
  from experiment_exposure x join experiment_period p on p.experiment_id = x.experiment_id
    and p.number = x.period and p.share is null
  where x.experiment_id = ? group by 1`;

const PERIODS = `select number, share, weights from experiment_period where experiment_id = ? order by number`;

/** Everything an experiment has shown so far. Corrections that came later are in it. */
export async function loadEvidence(em: EntityManager, experimentId: string): Promise<Evidence> {
  const periods = await em.execute<PeriodEvidence[]>(PERIODS, [experimentId]);
  const arms = await em.execute<ArmEvidence[]>(SUMS, [experimentId]);
  // In one period a unit has a row for each of its arms; over several it must be told apart.
  const units =
    periods.length < 2
      ? arms
      : await em.execute<{ armId: string; units: number }[]>(UNITS, [experimentId]);
  return { periods, arms, units: new Map(units.map(({ armId, units }) => [armId, units])) };
}
