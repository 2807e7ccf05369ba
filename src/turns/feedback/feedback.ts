import { defineEntity, p } from "@mikro-orm/core";
import { Person } from "../../rooms/people/person.ts";
import { Turn } from "../turn.ts";

export const VERDICTS = ["good", "bad"] as const;
export type Verdict = (typeof VERDICTS)[number];

const FeedbackSchema = defineEntity({
  name: "Feedback",
  tableName: "feedback",
  properties: {
    turn: () => p.manyToOne(Turn).primary().deleteRule("cascade").index(false),
    person: () => p.manyToOne(Person).primary().deleteRule("cascade").index(false),
    verdict: p.enum(VERDICTS),
    reason: p.text().nullable(),
    /** Given by a reaction, with which it goes away. */
    byReaction: p.boolean().default(false),
    createdAt: p.datetime(),
    withdrawnAt: p.datetime().nullable(),
  },
});

/** What a person thinks of an answer; one verdict a person and turn, the newest counts. */
export class Feedback extends FeedbackSchema.class {}
FeedbackSchema.setClass(Feedback);
