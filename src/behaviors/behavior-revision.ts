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
    createdBy: p.text().default("system"),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  uniques: [{ properties: ["behavior", "number"] }],
});

/** One immutable version of a behavior's Lua script; every turn names the revision that ran. */
export class BehaviorRevision extends BehaviorRevisionSchema.class {}
BehaviorRevisionSchema.setClass(BehaviorRevision);
