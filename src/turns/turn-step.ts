import { defineEntity, p } from "@mikro-orm/core";
import { Turn } from "./turn.ts";

/** `reply` is one model call, `tool` one tool call; a turn may have several of both. */
export const STEP_KINDS = [
  "assemble",
  "behave",
  "select",
  "reply",
  "tool",
  "deliver",
  "remember",
  "record",
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export const STEP_STATUSES = ["done", "failed", "skipped"] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

const TurnStepSchema = defineEntity({
  name: "TurnStep",
  tableName: "turn_step",
  properties: {
    turn: () => p.manyToOne(Turn).primary().deleteRule("cascade").index(false),
    position: p.integer().primary(),
    kind: p.enum(STEP_KINDS),
    name: p.text(),
    status: p.enum(STEP_STATUSES),
    durationMs: p.integer().nullable(),
    costMicros: p.bigint("bigint").nullable(),
    output: p.json<unknown>().nullable(),
    createdAt: p.datetime(),
  },
});

/** One finished step in a turn's journal. Written once, never changed. */
export class TurnStep extends TurnStepSchema.class {}
TurnStepSchema.setClass(TurnStep);
