import { ExperimentPeriod } from "../experiment-period.ts";
import type { Changing } from "./change-experiment.ts";

/** From now on who gets which arm follows the running arms' weights, or a share of the ramp-up. */
export function beginPeriod({ tx, experiment, arms, now }: Changing, share: number | null): void {
  experiment.period += 1;
  const running = arms.filter(({ status }) => status === "running");
  tx.create(ExperimentPeriod, {
    experiment,
    number: experiment.period,
    share,
    weights: Object.fromEntries(running.map(({ id, weight }) => [id, weight])),
    startedAt: now,
  });
}
