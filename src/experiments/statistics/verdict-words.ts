import type { ArmGuardrail } from "./check-guardrails.ts";
import type { GuardrailMetric } from "./guardrail.ts";
import type { Interval } from "./normal-mixture.ts";

export const EXPERIMENT_UNITS = ["person", "room", "use"] as const;
/** What an arm is given to: a person or room keeps it, a use draws it anew. */
export type ExperimentUnit = (typeof EXPERIMENT_UNITS)[number];

const PLURALS: Record<ExperimentUnit, string> = { person: "people", room: "rooms", use: "uses" };

/** “412 people” */
export function sayUnits(count: number, unit: ExperimentUnit): string {
  return `${count} ${count === 1 ? unit : PLURALS[unit]}`;
}

/** “6.1”, “−3.0” */
export function sayNumber(value: number): string {
  const digits = Math.abs(value).toFixed(1);
  return value < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

/** “2.0 to 10.4” */
export function sayInterval({ lower, upper }: Interval): string {
  return `${sayNumber(lower)} to ${sayNumber(upper)}`;
}

/** “95 %” for alpha 0.05 */
export function sayConfidence(alpha: number): string {
  return `${Number((100 * (1 - alpha)).toFixed(1))} %`;
}

/** “p = 0.032”, “p < 0.001” */
export function sayPValue(pValue: number): string {
  return pValue < 0.001 ? "p < 0.001" : `p = ${pValue.toFixed(3)}`;
}

/** The day in UTC, “2026-03-04”. */
export function sayDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** “guardrail latency: 41.0 % slower than A, at least 28.3 %, allowed 25.0 %” */
export function sayBreach(check: ArmGuardrail, control: string): string {
  const { unit, worse } = BREACHES[check.metric];
  const say = (share: number): string =>
    Number.isFinite(share) ? `${sayNumber(100 * share)} ${unit}` : "any amount";
  const seen = `${say(check.excess)} ${worse} than ${control}`;
  return `guardrail ${check.metric}: ${seen}, at least ${say(check.atLeast)}, allowed ${say(check.margin)}`;
}

const BREACHES: Record<GuardrailMetric, { unit: string; worse: string }> = {
  errors: { unit: "points", worse: "more errors" },
  latency: { unit: "%", worse: "slower" },
  cost: { unit: "%", worse: "dearer" },
};
