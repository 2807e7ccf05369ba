/** `reply` is one model call, `tool` one tool call, `approve` a person's decision; a turn may have several of each. */
export const STEP_KINDS = [
  "assemble",
  "behave",
  "select",
  "reply",
  "approve",
  "tool",
  "deliver",
  "remember",
  "record",
] as const;
type StepKind = (typeof STEP_KINDS)[number];

export const STEP_STATUSES = ["done", "failed", "skipped"] as const;
type StepStatus = (typeof STEP_STATUSES)[number];

/** One finished step in a turn's journal, as it is stored. Written once, never changed. */
export type TurnStep = {
  kind: StepKind;
  name: string;
  status: StepStatus;
  durationMs: number;
  /** Micro-dollars as a decimal string; absent where the step cost nothing or no price is known. */
  costMicros?: string;
  output?: unknown;
  /** ISO 8601. */
  at: string;
};
