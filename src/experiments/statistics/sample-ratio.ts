import { logGamma } from "./log-gamma.ts";
import { requireWeights, type WeightedArm } from "./weighted-arms.ts";

/** The persons or rooms (or uses, where each use draws its arm) that an arm received. */
export type AllocatedArm = WeightedArm & { units: number };

export type SampleRatioCheck = {
  /** With `mismatch` the experiment's numbers are not to be trusted: somebody was lost or counted twice on the way. */
  result: "as-planned" | "mismatch";
  /** Always valid: may be read after every unit. */
  pValue: number;
  /** Shares by arm over the whole experiment, 0 to 1. */
  shares: readonly { key: string; planned: number; seen: number }[];
};

/** Small, because a mismatch stops the experiment. */
const DEFAULT_ALPHA = 0.01;

/** How close to plan the mixture looks: it is sharpest for shares about √(θ(1 − θ) / 100) off, 5 points at one half. */
const CONCENTRATION = 100;

/**
 * Whether arms received units as their weights say; may be asked after every unit. Takes one list of arms for each stretch
 * of time with constant weights.
 *
 * The e-value is the likelihood ratio of shares drawn from a Dirichlet distribution around the plan θ, a_i = 100·θ_i:
 *   e = Γ(Σa) / Γ(Σa + n) · Π Γ(a_i + n_i) / Γ(a_i) / Π θ_i^(n_i),
 * exact for any n; over stretches it multiplies (Lindon & Malek 2022, “Anytime-valid inference for multinomial count data”,
 * arXiv:2011.03567). Not for arms chosen by Thompson sampling, which has no planned shares.
 */
export function checkSampleRatio(
  periods: readonly (readonly AllocatedArm[])[],
  alpha: number = DEFAULT_ALPHA,
): SampleRatioCheck {
  const evidence = periods.reduce((sum, arms) => sum + logEvidenceOf(arms), 0);
  const pValue = Math.min(1, Math.exp(-evidence));
  return {
    result: pValue <= alpha ? "mismatch" : "as-planned",
    pValue,
    shares: sharesOf(periods),
  };
}

function logEvidenceOf(arms: readonly AllocatedArm[]): number {
  requireWeights(arms);
  const weights = arms.reduce((sum, { weight }) => sum + weight, 0);
  const units = arms.reduce((sum, arm) => sum + arm.units, 0);
  let evidence = logGamma(CONCENTRATION) - logGamma(CONCENTRATION + units);
  for (const arm of arms) {
    const share = arm.weight / weights;
    if (arm.units === 0) continue;
    if (share === 0) return Number.POSITIVE_INFINITY;
    const prior = CONCENTRATION * share;
    evidence += logGamma(prior + arm.units) - logGamma(prior) - arm.units * Math.log(share);
  }
  return evidence;
}

function sharesOf(periods: readonly (readonly AllocatedArm[])[]): SampleRatioCheck["shares"] {
  const totals = new Map<string, { planned: number; seen: number }>();
  let all = 0;
  for (const arms of periods) {
    const weights = arms.reduce((sum, { weight }) => sum + weight, 0);
    const units = arms.reduce((sum, arm) => sum + arm.units, 0);
    all += units;
    for (const arm of arms) {
      const total = totals.get(arm.key) ?? { planned: 0, seen: 0 };
      total.planned += (units * arm.weight) / weights;
      total.seen += arm.units;
      totals.set(arm.key, total);
    }
  }
  const divisor = Math.max(1, all);
  return [...totals].map(([key, { planned, seen }]) => ({
    key,
    planned: planned / divisor,
    seen: seen / divisor,
  }));
}
