import type { ExperimentArm } from "../experiment-arm.ts";
import type { Experiment } from "../experiment.ts";
import { requireControl } from "../require-experiment.ts";
import { type ArmGuardrail, checkGuardrails } from "../statistics/check-guardrails.ts";
import { type ArmsComparison, compareArms } from "../statistics/compare-arms.ts";
import { type ComparisonRule, DEFAULT_COMPARISON_RULE } from "../statistics/compare-success.ts";
import { decideRampUp, type RampUpDecision } from "../statistics/ramp-up.ts";
import { checkSampleRatio, type SampleRatioCheck } from "../statistics/sample-ratio.ts";
import { toVerdict, type Verdict } from "../statistics/verdict.ts";
import type { VerdictArm } from "../statistics/verdict-table.ts";
import type { Evidence, PeriodEvidence } from "./load-evidence.ts";
import { toArmMetrics, toSamples } from "./to-samples.ts";

/** All that follows from what an experiment has shown; it changes nothing. */
export type Judgement = {
  comparison: ArmsComparison;
  /** Null for a bandit, whose shares are not planned. */
  sampleRatio: SampleRatioCheck | null;
  guardrails: ArmGuardrail[];
  /** Null unless a promoted arm's share is growing. */
  rampUp: RampUpDecision | null;
  verdict: Verdict;
  arms: VerdictArm[];
};

type Judged = { experiment: Experiment; arms: readonly ExperimentArm[]; evidence: Evidence };

export function judgeExperiment(judged: Judged): Judgement {
  const { experiment, arms, evidence } = judged;
  const { unit, minimumUses, allocation } = experiment;
  const control = requireControl(arms).id;
  const compared = evidence.periods.filter(({ share }) => share === null);
  const clustered = unit !== "use";
  const rule: ComparisonRule = { ...DEFAULT_COMPARISON_RULE, minimumUses };
  const success = arms.map(({ id: armId }) => ({
    key: armId,
    periods: toSamples(evidence, compared, { armId, metric: "success", clustered }),
  }));
  const stopped = arms.filter(({ status }) => status === "stopped").map(({ id }) => id);
  const comparison = compareArms(success, control, { rule, stopped: new Set(stopped) });
  const sampleRatio = allocation === "fixed" ? checkRatio(judged, compared) : null;
  const guardrails = checkArms(judged, compared, others(arms));
  const counted = arms.map((arm) => toVerdictArm(judged, compared, arm));
  const verdict = toVerdict({
    arms: counted,
    unit,
    comparison,
    sampleRatio,
    guardrails,
    promotion: toPromotion(judged, control),
    rollBack: toRollBack(experiment),
    rule,
  });
  const rampUp = experiment.isRampingUp() ? judgeRampUp(judged, control, rule) : null;
  return { comparison, sampleRatio, guardrails, rampUp, verdict, arms: counted };
}

function others(arms: readonly ExperimentArm[]): string[] {
  return arms.filter(({ isControl }) => !isControl).map(({ id }) => id);
}

function checkArms(
  { experiment, arms, evidence }: Judged,
  periods: readonly PeriodEvidence[],
  armIds: readonly string[],
): ArmGuardrail[] {
  const metricsOf = (armId: string) =>
    toArmMetrics(evidence, periods, { armId, clustered: experiment.unit !== "use" });
  const { guardrails } = experiment;
  return checkGuardrails(metricsOf(requireControl(arms).id), armIds.map(metricsOf), { guardrails });
}

/** Units count where they are seen first: who stays over several periods tells nothing new. */
function checkRatio(
  { experiment, evidence }: Judged,
  periods: readonly PeriodEvidence[],
): SampleRatioCheck {
  const allocated = periods.map(({ number, weights }) =>
    Object.entries(weights).map(([key, weight]) => {
      const row = evidence.arms.find(({ period, armId }) => period === number && armId === key);
      const units = (experiment.unit === "use" ? row?.uses : row?.newUnits) ?? 0;
      return { key, weight, units };
    }),
  );
  return checkSampleRatio(allocated);
}

function judgeRampUp(judged: Judged, control: string, rule: ComparisonRule): RampUpDecision {
  const { experiment, evidence } = judged;
  const { promotedArmId, unit, rampUp: shares, minimumUses } = experiment;
  const armId = promotedArmId ?? "";
  const periods = evidence.periods.filter(({ share }) => share !== null);
  const of = (id: string) =>
    toSamples(evidence, periods, { armId: id, metric: "success", clustered: unit !== "use" });
  const [baseline, promoted] = [of(control), of(armId)];
  const steps = periods.flatMap((_, at) => {
    const [control, arm] = [baseline[at], promoted[at]];
    return control && arm ? [{ control, arm }] : [];
  });
  const guardrails = checkArms(judged, periods, [armId]);
  return decideRampUp({ shares, minimumUses }, { steps, guardrails }, rule);
}

function toVerdictArm(
  { experiment, evidence }: Judged,
  periods: readonly PeriodEvidence[],
  { id, behaviorName }: ExperimentArm,
): VerdictArm {
  const rows = evidence.arms.filter(
    ({ armId, period }) => armId === id && periods.some(({ number }) => number === period),
  );
  const sum = (read: (row: (typeof rows)[number]) => number) =>
    rows.reduce((total, row) => total + read(row), 0);
  const uses = sum((row) => row.uses);
  return {
    key: id,
    name: behaviorName,
    uses,
    units: experiment.unit === "use" ? uses : (evidence.units.get(id) ?? 0),
    successes: sum((row) => row.successes),
  };
}

function toPromotion({ experiment, evidence }: Judged, control: string) {
  const { promotedArmId: key, promotedAt: at } = experiment;
  if (!key || !at || key === control) return null;
  const share = experiment.isRampingUp() ? (evidence.periods.at(-1)?.share ?? 1) : 1;
  return { key, at, share };
}

function toRollBack({ promotedArmId: key, rolledBackAt: at, rolledBackBecause }: Experiment) {
  if (!key || !at || !rolledBackBecause) return null;
  return { key, at, because: rolledBackBecause };
}
