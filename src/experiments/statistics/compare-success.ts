import { intervalOf, logEvidence, pValueOf, type Interval } from "./normal-mixture.ts";
import { poolPeriods, type SamplePair } from "./pool-periods.ts";
import { effectiveUnits, meanOf, varianceOfRate } from "./sample.ts";

export const COMPARISON_RESULTS = ["too-few", "undecided", "better", "worse"] as const;
/** What may be said of an arm next to control: nothing before both had enough uses. */
type ComparisonResult = (typeof COMPARISON_RESULTS)[number];

export type ComparisonRule = {
  /** The chance of calling equal arms different, over all looks together. */
  alpha: number;
  /** No decision before both arms had so many uses; also where the normal approximation begins to hold. */
  minimumUses: number;
  /** No decision before both arms had so many effective persons or rooms, where arms are kept by them. */
  minimumUnits: number;
  /**
   * τ of the mixture, in points: the size of difference that the test is sharpest for. It is right at any value; 10 points
   * decide soonest at around 300 uses per arm, and cost little with fewer or more (√(2 ln(1/α) + ln(1 + τ²/v)) grows slowly).
   */
  expectedPoints: number;
};

export const DEFAULT_COMPARISON_RULE: ComparisonRule = {
  alpha: 0.05,
  minimumUses: 100,
  minimumUnits: 12,
  expectedPoints: 10,
};

/** An arm next to control in its share of successes. Differences are arm minus control, in percentage points. */
export type Comparison = {
  result: ComparisonResult;
  differencePoints: number;
  /** Holds the true difference with probability 1 − alpha at all looks together. */
  intervalPoints: Interval;
  /** Always valid: may be read after every use. */
  pValue: number;
  /** ln of the e-value against “no difference”. */
  logEvidence: number;
  /** The level of interval and result. */
  alpha: number;
};

/**
 * Compares two shares of successes; may be asked after every use, and acted upon at the first “better” or “worse”.
 * Takes one pair of samples for each stretch of time with constant weights, usually one.
 */
export function compareSuccess(
  periods: readonly SamplePair[],
  rule: ComparisonRule = DEFAULT_COMPARISON_RULE,
): Comparison {
  const scale = rule.expectedPoints / 100;
  const estimate = poolPeriods(periods, ({ control, arm }) => ({
    value: meanOf(arm) - meanOf(control),
    variance: varianceOfRate(arm) + varianceOfRate(control),
  }));
  const interval = intervalOf(estimate, scale, rule.alpha);
  return {
    result: hasEnough(periods, rule) ? resultOf(interval) : "too-few",
    differencePoints: 100 * estimate.value,
    intervalPoints: {
      lower: Math.max(-100, 100 * interval.lower),
      upper: Math.min(100, 100 * interval.upper),
    },
    pValue: pValueOf(estimate, scale),
    logEvidence: logEvidence(estimate, scale),
    alpha: rule.alpha,
  };
}

function resultOf(interval: Interval): ComparisonResult {
  if (interval.lower > 0) return "better";
  return interval.upper < 0 ? "worse" : "undecided";
}

function hasEnough(periods: readonly SamplePair[], rule: ComparisonRule): boolean {
  return (["control", "arm"] as const).every((side) => {
    const samples = periods.map((pair) => pair[side]);
    const uses = samples.reduce((sum, { count }) => sum + count, 0);
    const units = samples.map(effectiveUnits);
    return uses >= rule.minimumUses && Math.max(...units) >= rule.minimumUnits;
  });
}
