import type { ArmGuardrail } from "./check-guardrails.ts";
import type { ArmComparison, ArmsComparison } from "./compare-arms.ts";
import { DEFAULT_COMPARISON_RULE, type ComparisonRule } from "./compare-success.ts";
import type { RampUpFault } from "./ramp-up.ts";
import type { SampleRatioCheck } from "./sample-ratio.ts";
import { toVerdictTable, type VerdictArm, type VerdictRow } from "./verdict-table.ts";
import {
  sayBreach,
  sayConfidence,
  sayDay,
  sayInterval,
  sayNumber,
  sayPValue,
  sayUnits,
  type ExperimentUnit,
} from "./verdict-words.ts";

const VERDICT_STATUSES = [
  "sample-ratio-mismatch",
  "rolled-back",
  "promoted",
  "winner",
  "control-holds",
  "stopped",
  "undecided",
  "too-few",
] as const;
type VerdictStatus = (typeof VERDICT_STATUSES)[number];

export type VerdictInput = {
  /** All arms, control included, in the order of the table. */
  arms: readonly VerdictArm[];
  unit: ExperimentUnit;
  comparison: ArmsComparison;
  /** Null for a bandit, whose shares are not planned. */
  sampleRatio: SampleRatioCheck | null;
  /** The breached ones name the reason of a stop. */
  guardrails: readonly ArmGuardrail[];
  /** `share` is what a promoted arm has got so far; 1 once it has everything. */
  promotion: { key: string; at: Date; share: number } | null;
  rollBack: { key: string; at: Date; because: RampUpFault } | null;
  /** The rule the comparison was made with. */
  rule?: ComparisonRule;
};

export type Verdict = { status: VerdictStatus; sentence: string; table: VerdictRow[] };

/**
 * All there is to know about an experiment as one sentence and one table. A promotion or rollback that happened is said first,
 * then what forbids a conclusion, then the comparison, then which arms were stopped.
 */
export function toVerdict(input: VerdictInput): Verdict {
  const status = statusOf(input);
  const stops = status === "sample-ratio-mismatch" ? [] : sayStops(input);
  const said = status === "stopped" ? stops : [SENTENCES[status](input), ...stops];
  return {
    status,
    sentence: `${said.join("; ")}.`,
    table: toVerdictTable(input.arms, input.comparison),
  };
}

function statusOf({ rollBack, promotion, sampleRatio, comparison }: VerdictInput): VerdictStatus {
  if (rollBack !== null) return "rolled-back";
  if (promotion !== null) return "promoted";
  if (sampleRatio?.result === "mismatch") return "sample-ratio-mismatch";
  return comparison.comparisons.every(({ stopped }) => stopped) ? "stopped" : comparison.result;
}

const SENTENCES: Record<Exclude<VerdictStatus, "stopped">, (input: VerdictInput) => string> = {
  "sample-ratio-mismatch": sayMismatch,
  "rolled-back": (input) => {
    const { key, at, because } = requireFact(input.rollBack);
    const control = nameOf(input, input.comparison.control);
    return `${nameOf(input, key)} was rolled back to ${control} on ${sayDay(at)}: ${sayFault(because)}`;
  },
  promoted: (input) => {
    const { key, at, share } = requireFact(input.promotion);
    const when = `${sayDay(at)}${share < 1 ? `, for ${sayNumber(100 * share)} % so far` : ""}`;
    const found = requireFact(input.comparison.comparisons.find((one) => one.key === key));
    if (found.result === "better") return `${sayDifference(input, found)}; promoted on ${when}`;
    return `${nameOf(input, key)} was promoted on ${when}; now ${sayDifference(input, found)}`;
  },
  winner: (input) => {
    const winner = input.comparison.comparisons.find(({ key }) => key === input.comparison.winner);
    return `${sayDifference(input, requireFact(winner))}; ready to be promoted`;
  },
  "control-holds": (input) => {
    const worse = byDifference(input).find(({ result }) => result === "worse");
    return `${nameOf(input, input.comparison.control)} holds: ${sayDifference(input, requireFact(worse))}`;
  },
  undecided: (input) => {
    const compared = byDifference(input).filter(({ result }) => result !== "too-few");
    const leader = requireFact(compared.find(({ stopped }) => !stopped));
    const begin = leader.result === "undecided" ? "No difference shown yet" : "No winner yet";
    return `${begin}: ${sayDifference(input, leader)}`;
  },
  "too-few": (input) => {
    const { minimumUses, minimumUnits } = input.rule ?? DEFAULT_COMPARISON_RULE;
    const seen = input.arms.map(({ name, uses }) => `${name} has ${sayUnits(uses, "use")}`);
    const from = input.unit === "use" ? "" : ` from ${sayUnits(minimumUnits, input.unit)} or more`;
    return `Too early to compare: ${seen.join(", ")}; each needs ${minimumUses}${from}`;
  },
};

function sayDifference(input: VerdictInput, found: ArmComparison): string {
  const { control, comparisons } = input.comparison;
  const both = input.arms.filter(({ key }) => key === found.key || key === control);
  const points = sayNumber(Math.abs(found.differencePoints));
  const [arm, other] = [nameOf(input, found.key), nameOf(input, control)];
  const said = {
    better: `${arm} beats ${other} by ${points} points`,
    worse: `${arm} is worse than ${other} by ${points} points`,
    undecided: `${arm} is ${points} points ${found.differencePoints < 0 ? "below" : "above"} ${other}`,
    "too-few": `${arm} has too few uses`,
  }[found.result];
  const level = sayConfidence(found.alpha * comparisons.length);
  const units = both.reduce((sum, { units }) => sum + units, 0);
  const interval = found.result === "worse" ? flip(found.intervalPoints) : found.intervalPoints;
  return `${said}, ${level} interval ${sayInterval(interval)}, ${sayUnits(units, input.unit)}`;
}

/** An interval of “worse by”, in the direction of the sentence. */
function flip({ lower, upper }: ArmComparison["intervalPoints"]): ArmComparison["intervalPoints"] {
  return { lower: -upper, upper: -lower };
}

function sayFault(because: RampUpFault): string {
  if (because === "success") return "it did worse";
  if (because === "unusable") return "its behavior can no longer be used";
  return because === "operator" ? "an operator decided so" : `it broke the guardrail ${because}`;
}

/** Names the arm that is short most, since units go missing more often than they are counted twice. */
function sayMismatch(input: VerdictInput): string {
  const { shares, pValue } = requireFact(input.sampleRatio);
  const short = shares.toSorted((a, b) => a.seen - a.planned - (b.seen - b.planned));
  const { key, planned, seen } = requireFact(short[0]);
  const got = `${nameOf(input, key)} received ${sayNumber(100 * seen)} %`;
  return `Stopped: sample ratio, ${got} where ${sayNumber(100 * planned)} % was planned (${sayPValue(pValue)}); the numbers cannot be trusted`;
}

/** “B stopped by guardrail …” for every arm that is stopped; an operator's stop needs no reason here. */
function sayStops(input: VerdictInput): string[] {
  const control = nameOf(input, input.comparison.control);
  const stopped = input.comparison.comparisons.filter(
    (one) => one.stopped && one.key !== input.rollBack?.key,
  );
  return stopped.map(({ key }) => {
    const breach = input.guardrails.find((one) => one.key === key && one.result === "breached");
    const reason = breach === undefined ? "" : ` by ${sayBreach(breach, control)}`;
    return `${nameOf(input, key)} stopped${reason}`;
  });
}

function byDifference(input: VerdictInput): ArmComparison[] {
  return input.comparison.comparisons.toSorted((a, b) => b.differencePoints - a.differencePoints);
}

function nameOf(input: VerdictInput, key: string): string {
  return input.arms.find((arm) => arm.key === key)?.name ?? key;
}

function requireFact<T>(fact: T | null | undefined): T {
  if (fact === null || fact === undefined) throw new Error("a verdict without the fact it states");
  return fact;
}
