import { AppError } from "../../base/errors.ts";
import {
  compareSuccess,
  DEFAULT_COMPARISON_RULE,
  type Comparison,
  type ComparisonRule,
} from "./compare-success.ts";
import type { Sample } from "./sample.ts";

/** An arm's successes, one sample for each stretch of time with constant weights; the same stretches for all arms. */
export type ArmSuccess = { key: string; periods: readonly Sample[] };

export type ArmComparison = Comparison & {
  key: string;
  /** The p-value times the number of comparisons, at most 1: below the experiment's alpha exactly when a result is shown. */
  adjustedPValue: number;
  stopped: boolean;
};

const EXPERIMENT_RESULTS = ["too-few", "undecided", "control-holds", "winner"] as const;
type ExperimentResult = (typeof EXPERIMENT_RESULTS)[number];

export type ArmsComparison = {
  control: string;
  /** Every arm but control, in the order given. */
  comparisons: readonly ArmComparison[];
  /** `control-holds` when all other arms were shown to be worse or are stopped, and at least one was shown to be worse. */
  result: ExperimentResult;
  winner: string | null;
};

/**
 * Compares every arm to control; the winner is the better arm whose gain is at least the largest. Stopped arms cannot win.
 *
 * The chance that any arm is wrongly called different stays below alpha over all looks and arms together: each of the m
 * comparisons is made at alpha / m (Bonferroni), counting stopped arms too. Why not a step-down or false-discovery rule:
 * one arm is promoted, and Holm's first step is this step; e-BH bounds only the share of false ones among the found. And at one
 * level the intervals hold together and agree with the decision. Always-valid p-values may be corrected like others
 * (Johari et al. 2022, section 6), though the comparisons share their control.
 */
export function compareArms(
  arms: readonly ArmSuccess[],
  control: string,
  options: { rule?: ComparisonRule; stopped?: ReadonlySet<string> } = {},
): ArmsComparison {
  const { rule = DEFAULT_COMPARISON_RULE, stopped = new Set<string>() } = options;
  const baseline = arms.find(({ key }) => key === control);
  if (baseline === undefined || arms.length < 2) {
    throw new AppError("INVALID", "An experiment needs its control and at least one other arm.");
  }
  const others = arms.filter(({ key }) => key !== control);
  const comparisons = others.map(({ key, periods }): ArmComparison => {
    const pairs = periods.map((arm, at) => ({ arm, control: requirePeriod(baseline, at) }));
    const comparison = compareSuccess(pairs, { ...rule, alpha: rule.alpha / others.length });
    const adjustedPValue = Math.min(1, comparison.pValue * others.length);
    return { ...comparison, key, adjustedPValue, stopped: stopped.has(key) };
  });
  const running = comparisons.filter((one) => !one.stopped);
  const winner = running
    .filter(({ result }) => result === "better")
    .toSorted((a, b) => b.intervalPoints.lower - a.intervalPoints.lower)
    .at(0);
  return {
    control,
    comparisons,
    winner: winner?.key ?? null,
    result: winner === undefined ? resultWithout(running, comparisons) : "winner",
  };
}

function resultWithout(
  running: readonly ArmComparison[],
  all: readonly ArmComparison[],
): ExperimentResult {
  const beaten = all.some(({ result }) => result === "worse");
  if (beaten && running.every(({ result }) => result === "worse")) return "control-holds";
  return running.some(({ result }) => result !== "too-few") ? "undecided" : "too-few";
}

function requirePeriod(control: ArmSuccess, at: number): Sample {
  const period = control.periods[at];
  if (period === undefined) {
    throw new AppError("INVALID", "Give every arm one sample for each stretch of the experiment.");
  }
  return period;
}
