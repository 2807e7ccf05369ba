import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";

export const NOTICE_KINDS = [
  "workspace_closed",
  "workspace_open",
  "behavior_switched_off",
  "behavior_back",
  "improvement_suggested",
  "improvement_applied",
  "improvement_rolled_back",
  "experiment_suggested",
  "experiment_promoted",
  "experiment_ramped_up",
  "experiment_rolled_back",
  "experiment_ended",
  "experiment_arm_stopped",
  "models_failing",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

const NoticeSchema = defineEntity({
  name: "Notice",
  tableName: "notice",
  properties: {
    /** Travels with the posted message, so that it can be found again. */
    id: p.uuid().primary().onCreate(newId),
    /** What happened, named by the rows that say so: a fact is noted once, whoever finds it. */
    fact: p.text().unique(),
    kind: p.enum(NOTICE_KINDS),
    /** The workspace, behavior, improvement or experiment; null for model providers. */
    subjectId: p.uuid().nullable(),
    /** A sentence with what to do about it, as Markdown. */
    text: p.text(),
    happenedAt: p.datetime().index(),
    /** The room in which operators are told; null where none is configured. */
    roomKey: p.text().nullable(),
    attempts: p.integer().default(0),
    /** Until then one process is posting it; whoever comes later looks for its message first. */
    postingUntil: p.datetime().nullable(),
    /** The platform's id of the posted message. */
    externalId: p.text().nullable(),
    toldAt: p.datetime().nullable(),
    /** When the buttons of a suggestion were taken away. */
    closedAt: p.datetime().nullable(),
  },
  indexes: [
    { properties: ["kind", "subjectId"] },
    {
      name: "notice_untold_index",
      expression:
        "create index notice_untold_index on notice (happened_at) where told_at is null or (closed_at is null and kind = 'improvement_suggested')",
    },
  ],
});

/** Something that operators are told of, because nobody of them did it or because they decide on it. */
export class Notice extends NoticeSchema.class {}
NoticeSchema.setClass(Notice);
