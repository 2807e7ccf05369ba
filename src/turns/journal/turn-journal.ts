import { defineEntity, p } from "@mikro-orm/core";
import type { TurnStep } from "./turn-step.ts";
import { Turn } from "../turn.ts";

const TurnJournalSchema = defineEntity({
  name: "TurnJournal",
  tableName: "turn_journal",
  properties: {
    turn: () => p.manyToOne(Turn).primary().deleteRule("cascade").index(false),
    /** Parts follow each other; a turn without tools has one, or two where its model was slow. */
    part: p.integer().primary(),
    steps: p.json<TurnStep[]>(),
  },
});

/**
 * The steps of a turn that became durable together. One row per write, not per step: the journal is
 * written on the hot path of every turn. The view `turn_step` has a row per step.
 */
export class TurnJournal extends TurnJournalSchema.class {}
TurnJournalSchema.setClass(TurnJournal);
