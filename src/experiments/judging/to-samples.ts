import type { ArmMetrics } from "../statistics/check-guardrails.ts";
import type { GuardrailMetric } from "../statistics/guardrail.ts";
import type { Sample } from "../statistics/sample.ts";
import type { ArmEvidence, Evidence, PeriodEvidence } from "./load-evidence.ts";

type Metric = "success" | GuardrailMetric;

const READ: Record<Metric, (row: ArmEvidence) => [number, number, number, number]> = {
  success: (row) => [row.successes, row.successes, row.usesBySuccesses, row.successesSquared],
  errors: (row) => [row.errors, row.errors, row.usesByErrors, row.errorsSquared],
  latency: (row) => [row.logMs, row.logMsSquared, row.usesByLogMs, row.logMsOfUnitsSquared],
  cost: (row) => [row.micros, row.microsSquared, row.usesByMicros, row.microsOfUnitsSquared],
};

/** What an arm has shown in a metric, one sample for each of the periods; `clustered` where units keep arms. */
export function toSamples(
  { arms }: Evidence,
  periods: readonly PeriodEvidence[],
  { armId, metric, clustered }: { armId: string; metric: Metric; clustered: boolean },
): Sample[] {
  return periods.map(({ number }) => {
    const row = arms.find((one) => one.period === number && one.armId === armId);
    return toSample(row, metric, clustered);
  });
}

/** What an arm has shown in every guarded metric. */
export function toArmMetrics(
  evidence: Evidence,
  periods: readonly PeriodEvidence[],
  { armId, clustered }: { armId: string; clustered: boolean },
): ArmMetrics {
  const of = (metric: Metric) => toSamples(evidence, periods, { armId, metric, clustered });
  const [errors, latency, cost] = [of("errors"), of("latency"), of("cost")];
  const none = toSample(undefined, "errors", clustered);
  return {
    key: armId,
    periods: periods.map((_, at) => ({
      errors: errors[at] ?? none,
      latency: latency[at] ?? none,
      cost: cost[at] ?? none,
    })),
  };
}

function toSample(row: ArmEvidence | undefined, metric: Metric, clustered: boolean): Sample {
  const [sum, sumOfSquares, sumOfProducts, sumOfSquaredSums] = row
    ? READ[metric](row)
    : [0, 0, 0, 0];
  const sample = { count: row?.uses ?? 0, sum, sumOfSquares };
  if (!clustered) return sample;
  const sumOfSquaredCounts = row?.usesSquared ?? 0;
  const clusters = { count: row?.units ?? 0, sumOfSquaredCounts, sumOfProducts, sumOfSquaredSums };
  return { ...sample, clusters };
}
