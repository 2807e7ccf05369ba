import { lowerBoundOf, type Estimate } from "./normal-mixture.ts";
import { poolPeriods, type SamplePair } from "./pool-periods.ts";
import { effectiveUnits, meanOf, varianceOfMean, varianceOfRate } from "./sample.ts";

export const GUARDRAIL_METRICS = ["errors", "latency", "cost"] as const;
/**
 * What an arm must not make much worse. Their samples hold, per use: `errors` 1 for a failed turn, else 0;
 * `latency` toLogScale(milliseconds); `cost` winsorise(micro-dollars, cap).
 */
export type GuardrailMetric = (typeof GUARDRAIL_METRICS)[number];

export type Guardrail = {
  metric: GuardrailMetric;
  /** How much worse than control is tolerated: errors in shares of uses (0.05 = 5 points), latency and cost relative (0.25 = 25 %). */
  margin: number;
};

export const DEFAULT_GUARDRAILS: readonly Guardrail[] = [
  { metric: "errors", margin: 0.05 },
  { metric: "latency", margin: 0.25 },
  { metric: "cost", margin: 0.25 },
];

export type GuardrailCheck = Guardrail & {
  result: "too-few" | "holds" | "breached";
  /** How much worse than control the arm looks, in the unit of the margin; negative when it is better. */
  excess: number;
  /** How much worse it is at least, always valid; the guardrail is breached when this exceeds the margin. */
  atLeast: number;
};

/** Fewer than a promotion needs: an arm that does harm should stop early. */
const MINIMUM_USES = 30;
const MINIMUM_UNITS = 5;

/** τ of the mixtures: 10 points of errors; 20 % of latency or cost. */
const ERROR_SCALE = 0.1;
const RELATIVE_SCALE = 0.2;

/**
 * Whether an arm is worse than control by more than the margin; may be asked after every use, and an arm within its margin
 * is stopped with probability at most `alpha` over all looks (one-sided bound of the normal mixture).
 */
export function checkGuardrail(
  guardrail: Guardrail,
  periods: readonly SamplePair[],
  alpha: number,
): GuardrailCheck {
  const { estimateOf, scale, toExcess } = SCALES[guardrail.metric](guardrail.margin, periods);
  const estimate = poolPeriods(periods, estimateOf);
  const bound = lowerBoundOf(estimate, scale, alpha);
  return {
    ...guardrail,
    result: hasEnough(periods) ? (bound > 0 ? "breached" : "holds") : "too-few",
    excess: toExcess(estimate.value),
    atLeast: toExcess(bound),
  };
}

type GuardrailScale = {
  /** What exceeds 0 when the arm is worse by more than the margin. */
  estimateOf: (pair: SamplePair) => Estimate;
  scale: number;
  toExcess: (value: number) => number;
};

const SCALES: Record<
  GuardrailMetric,
  (margin: number, periods: readonly SamplePair[]) => GuardrailScale
> = {
  errors: (margin) => ({
    estimateOf: ({ control, arm }) => ({
      value: meanOf(arm) - meanOf(control) - margin,
      variance: varianceOfRate(arm) + varianceOfRate(control),
    }),
    scale: ERROR_SCALE,
    toExcess: (value) => value + margin,
  }),
  latency: (margin) => ({
    estimateOf: ({ control, arm }) => ({
      value: meanOf(arm) - meanOf(control) - Math.log1p(margin),
      variance: varianceOfMean(arm) + varianceOfMean(control),
    }),
    scale: RELATIVE_SCALE,
    toExcess: (value) => (1 + margin) * Math.exp(value) - 1,
  }),
  // The contrast “arm − (1 + margin)·control” needs no logarithm of a mean, and works when control is free.
  cost: (margin, periods) => {
    const control = pooledMean(periods, "control");
    return {
      estimateOf: ({ control, arm }) => ({
        value: meanOf(arm) - (1 + margin) * meanOf(control),
        variance: varianceOfMean(arm) + (1 + margin) ** 2 * varianceOfMean(control),
      }),
      scale: RELATIVE_SCALE * Math.max(control, pooledMean(periods, "arm")),
      toExcess: (value) => relativeTo(control, value, margin),
    };
  },
};

function relativeTo(control: number, value: number, margin: number): number {
  if (control > 0) return value / control + margin;
  return value > 0 ? Number.POSITIVE_INFINITY : 0;
}

function pooledMean(periods: readonly SamplePair[], side: keyof SamplePair): number {
  return poolPeriods(periods, (pair) => ({ value: meanOf(pair[side]), variance: 0 })).value;
}

function hasEnough(periods: readonly SamplePair[]): boolean {
  return (["control", "arm"] as const).every((side) => {
    const samples = periods.map((pair) => pair[side]);
    const uses = samples.reduce((sum, { count }) => sum + count, 0);
    return uses >= MINIMUM_USES && Math.max(...samples.map(effectiveUnits)) >= MINIMUM_UNITS;
  });
}
