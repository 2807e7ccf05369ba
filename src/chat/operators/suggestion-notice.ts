import { defineEntity, p } from "@mikro-orm/core";
import { Improvement } from "../../behaviors/improvement/improvement.ts";

const SuggestionNoticeSchema = defineEntity({
  name: "SuggestionNotice",
  tableName: "suggestion_notice",
  properties: {
    improvement: () => p.manyToOne(Improvement).primary().deleteRule("cascade").index(false),
    /** Where operators are told of it. */
    roomKey: p.text(),
    attempts: p.integer().default(0),
    /** Until then one process is posting it; whoever comes later looks for its message first. */
    postingUntil: p.datetime().nullable(),
    /** The platform's id of the posted message. */
    externalId: p.text().nullable(),
    createdAt: p.datetime(),
    /** When its buttons were taken away. */
    closedAt: p.datetime().nullable(),
  },
  indexes: [
    {
      name: "suggestion_notice_open_index",
      expression:
        "create index suggestion_notice_open_index on suggestion_notice (created_at) where closed_at is null",
    },
  ],
});

/** That operators are told of a suggested improvement, in the room that is set up for it. */
export class SuggestionNotice extends SuggestionNoticeSchema.class {}
SuggestionNoticeSchema.setClass(SuggestionNotice);
