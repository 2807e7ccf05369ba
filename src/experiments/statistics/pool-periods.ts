import type { Estimate } from "./normal-mixture.ts";
import type { Sample } from "./sample.ts";

/** Two arms over the same stretch of time. */
export type SamplePair = { control: Sample; arm: Sample };

/**
 * One estimate from stretches of time in which the arms had different weights. Adding the counts up instead would mix the
 * arms with the weekdays (Simpson's paradox). Each stretch weighs n_control·n_arm / (n_control + n_arm), whatever its
 * outcome (Mantel–Haenszel; Greenland & Robins 1985). A stretch with too little to say anything at all is left out.
 * Where people keep their arm over the stretches, their errors add up fully (Cauchy–Schwarz), else as independent ones do.
 */
export function poolPeriods(
  periods: readonly SamplePair[],
  estimateOf: (pair: SamplePair) => Estimate,
): Estimate {
  let weights = 0;
  let value = 0;
  let independent = 0;
  let together = 0;
  for (const pair of periods) {
    const weight = weightOf(pair);
    if (weight === 0) continue;
    const estimate = estimateOf(pair);
    if (estimate.variance === Number.POSITIVE_INFINITY) continue;
    weights += weight;
    value += weight * estimate.value;
    independent += weight * weight * estimate.variance;
    together += weight * Math.sqrt(estimate.variance);
  }
  if (weights === 0) return { value: 0, variance: Number.POSITIVE_INFINITY };
  const clustered = periods.some(({ control, arm }) => control.clusters ?? arm.clusters);
  const squared = clustered ? together * together : independent;
  return { value: value / weights, variance: squared / (weights * weights) };
}

function weightOf({ control, arm }: SamplePair): number {
  const uses = control.count + arm.count;
  return uses === 0 ? 0 : (control.count * arm.count) / uses;
}
