import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";
import { Behavior } from "./behavior.ts";

const BehaviorRevisionSchema = defineEntity({
  name: "BehaviorRevision",
  tableName: "behavior_revision",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    behavior: () => p.manyToOne(Behavior).deleteRule("cascade"),
    number: p.integer(),
    script: p.text(),
    sha256: p.text(),
    /** Why it was made, and what it changes. */
    notes: p.text().nullable(),
    /** Runs that used up their time or memory, since it was made or restored. */
    limitHits: p.integer().default(0),
    /** Set where it hit its limits too often: it is passed over until it is restored. */
    switchedOffAt: p.datetime().nullable(),
    createdBy: p.text().default("system"),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  uniques: [{ properties: ["behavior", "number"] }],
  indexes: [
    {
      name: "behavior_revision_switched_off_index",
      expression:
        "create index behavior_revision_switched_off_index on behavior_revision (switched_off_at) where switched_off_at is not null",
    },
  ],
});

/** One immutable version of a behavior's Lua script; every turn names the revision that ran. */
export class BehaviorRevision extends BehaviorRevisionSchema.class {}
BehaviorRevisionSchema.setClass(BehaviorRevision);
