import { defineEntity, p } from "@mikro-orm/core";
import { Person } from "../../rooms/people/person.ts";
import { Room } from "../../rooms/room.ts";
import { VERDICTS } from "./feedback.ts";

const EarlyFeedbackSchema = defineEntity({
  name: "EarlyFeedback",
  tableName: "early_feedback",
  properties: {
    room: () => p.manyToOne(Room).primary().deleteRule("cascade").index(false),
    /** The platform's id of the message that was judged. */
    externalId: p.text().primary(),
    person: () => p.manyToOne(Person).primary().deleteRule("cascade").index(false),
    verdict: p.enum(VERDICTS),
    reason: p.text().nullable(),
    createdAt: p.datetime(),
  },
});

/** What a person thinks of an answer that is visible already, but whose turn has not ended. */
export class EarlyFeedback extends EarlyFeedbackSchema.class {}
EarlyFeedbackSchema.setClass(EarlyFeedback);
