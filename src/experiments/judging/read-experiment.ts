import type { EntityManager } from "@mikro-orm/sql";
import type { ExperimentArm } from "../experiment-arm.ts";
import type { Experiment } from "../experiment.ts";
import { loadArms } from "../require-experiment.ts";
import { sayDay } from "../statistics/verdict-words.ts";
import type { VerdictRow } from "../statistics/verdict-table.ts";
import { type Judgement, judgeExperiment } from "./judge.ts";
import { type ArmEvidence, loadEvidence } from "./load-evidence.ts";

/** An arm's line in the table: how it compares, and everything else it has shown. */
export type ExperimentRow = VerdictRow & {
  arm: ExperimentArm;
  /** Share of its turns that failed; null before the first. */
  errorRate: number | null;
  avgResponseTimeMs: number | null;
  costMicrosPerUse: number | null;
  /** People's verdicts on its answers, those taken back left out. */
  goodFeedback: number;
  badFeedback: number;
};

export type ExperimentView = {
  /** All there is to know, in one sentence. */
  sentence: string;
  /** One row for each arm. */
  table: ExperimentRow[];
  /** What share of the units has a promoted arm so far; null unless that share is growing. */
  share: number | null;
  /** Whether the arms received what was planned, always valid; null for a bandit. */
  sampleRatioPValue: number | null;
};

const FEEDBACK = `select x.arm_id as "armId", count(*) filter (where f.verdict = 'good')::int as good,
    count(*) filter (where f.verdict = 'bad')::int as bad
  from experiment_exposure x join experiment_use u on u.exposure_id = x.id
    join feedback f on f.turn_id = u.turn_id and f.withdrawn_at is null
  where x.experiment_id = ? group by 1`;

/** An experiment as one sentence and one table, as it stands now. Every door shows this. */
export async function readExperiment(
  { em }: { em: EntityManager },
  experiment: Experiment,
): Promise<ExperimentView> {
  const arms = await loadArms(em, experiment);
  const evidence = await loadEvidence(em, experiment.id);
  const judgement = judgeExperiment({ experiment, arms, evidence });
  const feedback = await em.execute<{ armId: string; good: number; bad: number }[]>(FEEDBACK, [
    experiment.id,
  ]);
  const table = judgement.verdict.table.flatMap((row) => {
    const arm = arms.find(({ id }) => id === row.key);
    if (!arm) return [];
    const given = feedback.find(({ armId }) => armId === arm.id);
    const shown = evidence.arms.filter(({ armId }) => armId === arm.id);
    const heard = { goodFeedback: given?.good ?? 0, badFeedback: given?.bad ?? 0 };
    return [{ ...row, arm, ...toMeans(shown), ...heard }];
  });
  return {
    sentence: saySentence(experiment, arms, judgement),
    table,
    share: experiment.isRampingUp() ? (evidence.periods.at(-1)?.share ?? null) : null,
    sampleRatioPValue: judgement.sampleRatio?.pValue ?? null,
  };
}

function toMeans(rows: readonly ArmEvidence[]) {
  const sum = (read: (row: ArmEvidence) => number) =>
    rows.reduce((total, row) => total + read(row), 0);
  const uses = sum((row) => row.uses);
  const perUse = (total: number) => (uses === 0 ? null : total / uses);
  return {
    errorRate: perUse(sum((row) => row.errors)),
    avgResponseTimeMs: perUse(sum((row) => row.responseMs)),
    costMicrosPerUse: perUse(sum((row) => row.costMicros)),
  };
}

function saySentence(
  experiment: Experiment,
  arms: readonly ExperimentArm[],
  { verdict }: Judgement,
): string {
  const { status, endedAt, reason, rolledBackAt } = experiment;
  if (status === "draft") {
    const names = arms.map(({ behaviorName }) => behaviorName).join(" and ");
    return `Not started: it will compare ${names} for ${experiment.describeScope()}.`;
  }
  if (status !== "stopped" || rolledBackAt || !endedAt) return verdict.sentence;
  return `${verdict.sentence.slice(0, -1)}; stopped on ${sayDay(endedAt)}: ${reason ?? "no reason given"}.`;
}
