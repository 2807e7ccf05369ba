import { defineEntity, p } from "@mikro-orm/core";
import { Agent } from "../../agents/agent.ts";
import { newId } from "../../base/ids.ts";
import { Behavior } from "../behavior.ts";

export const ASSIGNMENT_REASONS = [
  "manual",
  "performance",
  "a_b_test",
  "hot_reload",
  "automatic_improvement",
] as const;
export type AssignmentReason = (typeof ASSIGNMENT_REASONS)[number];

const BehaviorAssignmentSchema = defineEntity({
  name: "BehaviorAssignment",
  tableName: "behavior_assignment",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    /** The order of assignments, whatever the clock said. */
    seq: p.bigint("number").autoincrement(),
    agent: () => p.manyToOne(Agent).deleteRule("cascade").index(false),
    /** Null once the behavior has been deleted; its name stays. */
    behavior: () => p.manyToOne(Behavior).nullable().deleteRule("set null").index(),
    behaviorName: p.text(),
    reason: p.enum(ASSIGNMENT_REASONS).default("manual"),
    assignedBy: p.text().default("system"),
    assignedAt: p.datetime(),
    unassignedAt: p.datetime().nullable(),
    /** What came of it, as whoever ended it put it. */
    outcomeNotes: p.text().nullable(),
  },
  uniques: [{ properties: ["agent", "seq"] }],
  indexes: [
    {
      name: "behavior_assignment_open_index",
      expression:
        "create unique index behavior_assignment_open_index on behavior_assignment (agent_id) where unassigned_at is null",
    },
  ],
});

/** One period in which an agent had a behavior; at most one of an agent's is open. */
export class BehaviorAssignment extends BehaviorAssignmentSchema.class {}
BehaviorAssignmentSchema.setClass(BehaviorAssignment);
