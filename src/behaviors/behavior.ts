import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";
import type { BehaviorTest } from "./tests/behavior-test.ts";

export const BEHAVIOR_STATUSES = ["active", "draft", "retired"] as const;
export type BehaviorStatus = (typeof BEHAVIOR_STATUSES)[number];

const BehaviorSchema = defineEntity({
  name: "Behavior",
  tableName: "behavior",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    name: p.text().unique(),
    description: p.text().default(""),
    role: p.text(),
    status: p.enum(BEHAVIOR_STATUSES).default("active"),
    currentRevisionId: p.uuid().nullable(),
    /** Of the active behaviors of a role the newest primary one applies; null for the others. */
    primarySince: p.datetime().nullable(),
    createdBy: p.text().default("system"),
    parentId: p.uuid().nullable(),
    evolutionNotes: p.text().nullable(),
    /** SHA-256 of the file that was last loaded into this behavior; null when it came by another way. */
    fileSha256: p.text().nullable(),
    /** Why the newest file or the last run could not be used; null when all is well. */
    lastError: p.text().nullable(),
    lastErrorAt: p.datetime().nullable(),
    /** A later run was good. */
    lastErrorPast: p.boolean().default(false),
    /** What it must decide in which context, as `tests/behavior-test.ts` describes; null for none. */
    tests: p.json<BehaviorTest[]>().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
  indexes: [{ properties: ["role", "status"] }],
});

/** A named manner of answering for one role; what it does is in its revisions. */
export class Behavior extends BehaviorSchema.class {}
BehaviorSchema.setClass(Behavior);
