import { AppError } from "../../base/errors.ts";
import { compareSuccess, DEFAULT_COMPARISON_RULE, type ComparisonRule } from "./compare-success.ts";
import { GUARDRAIL_METRICS, type GuardrailCheck } from "./guardrail.ts";
import type { SamplePair } from "./pool-periods.ts";

/** Why a promoted arm goes back: it did worse, broke a guardrail, cannot be used any more, or an operator decided so. */
export const RAMP_UP_FAULTS = ["success", ...GUARDRAIL_METRICS, "unusable", "operator"] as const;
export type RampUpFault = (typeof RAMP_UP_FAULTS)[number];

export type RampUpPlan = {
  /** Growing shares of all persons or rooms, each above 0, the last one 1. */
  shares: readonly number[];
  /** Uses of the promoted arm that a step waits for. */
  minimumUses: number;
};

export const DEFAULT_RAMP_UP_PLAN: RampUpPlan = { shares: [0.05, 0.2, 0.5, 1], minimumUses: 100 };

export type RampUpProgress = {
  /** One pair for each step begun since the promotion: `control` is the arm it replaces, `arm` the promoted one. */
  steps: readonly SamplePair[];
  /** The guardrails of the promoted arm, on uses since the promotion. */
  guardrails: readonly GuardrailCheck[];
};

export type RampUpDecision =
  | { action: "wait"; share: number; usesMissing: number }
  | { action: "advance"; share: number }
  | { action: "complete"; share: 1 }
  | { action: "roll-back"; share: 0; because: Exclude<RampUpFault, "unusable" | "operator"> };

/**
 * What happens next to a promoted arm; may be asked after every use. It goes back at once when a guardrail is breached or it
 * is shown to do worse than the arm it replaces, the same always-valid test in the other direction. The test begins anew at the
 * promotion: the uses that won it are the lucky ones. With `isExposed`, who has the promoted arm keeps it as the share grows.
 */
export function decideRampUp(
  plan: RampUpPlan,
  progress: RampUpProgress,
  rule: ComparisonRule = DEFAULT_COMPARISON_RULE,
): RampUpDecision {
  requirePlan(plan);
  const breached = progress.guardrails.find(({ result }) => result === "breached");
  if (breached !== undefined) return { action: "roll-back", share: 0, because: breached.metric };
  if (compareSuccess(progress.steps, rule).result === "worse") {
    return { action: "roll-back", share: 0, because: "success" };
  }
  const at = progress.steps.length - 1;
  const share = plan.shares[at];
  const current = progress.steps[at];
  if (share === undefined || current === undefined) {
    throw new AppError("INVALID", `Give between 1 and ${plan.shares.length} steps of the ramp-up.`);
  }
  const usesMissing = plan.minimumUses - current.arm.count;
  if (usesMissing > 0) return { action: "wait", share, usesMissing };
  const next = plan.shares[at + 1];
  return next === undefined ? { action: "complete", share: 1 } : { action: "advance", share: next };
}

/** Refuses shares that do not grow to 1. INVALID. */
export function requirePlan({ shares, minimumUses }: RampUpPlan): void {
  const grows = shares.every((share, at) => share > (shares[at - 1] ?? 0));
  if (!grows || shares.at(-1) !== 1 || !(minimumUses > 0)) {
    throw new AppError(
      "INVALID",
      "Give ramp-up shares that grow from above 0 to 1, and a minimum of uses.",
    );
  }
}
