import {
  checkGuardrail,
  type Guardrail,
  type GuardrailCheck,
  type GuardrailMetric,
} from "./guardrail.ts";
import type { Sample } from "./sample.ts";

/** What an arm has shown in every guarded metric; one entry for each stretch of time with constant weights. */
export type ArmMetrics = {
  key: string;
  periods: readonly Readonly<Record<GuardrailMetric, Sample>>[];
};

export type ArmGuardrail = GuardrailCheck & { key: string };

/** The chance that any arm within its margins is ever stopped, over all looks, arms and guardrails. */
const DEFAULT_ALPHA = 0.05;

/** Holds every arm against control in every guardrail, each at alpha / (arms × guardrails): Bonferroni, as between arms. */
export function checkGuardrails(
  control: ArmMetrics,
  arms: readonly ArmMetrics[],
  options: { guardrails: readonly Guardrail[]; alpha?: number },
): ArmGuardrail[] {
  const { guardrails, alpha = DEFAULT_ALPHA } = options;
  const level = alpha / Math.max(1, arms.length * guardrails.length);
  return arms.flatMap(({ key, periods }) =>
    guardrails.map((guardrail) => {
      const pairs = periods.flatMap((period, at) => {
        const baseline = control.periods[at];
        if (baseline === undefined) return [];
        return [{ control: baseline[guardrail.metric], arm: period[guardrail.metric] }];
      });
      return { ...checkGuardrail(guardrail, pairs, level), key };
    }),
  );
}
