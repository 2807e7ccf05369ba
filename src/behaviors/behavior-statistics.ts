import { defineEntity, p } from "@mikro-orm/core";
import { Agent } from "../agents/agent.ts";
import { newId } from "../base/ids.ts";
import { BehaviorAssignment } from "./assignments/behavior-assignment.ts";
import { BehaviorRevision } from "./behavior-revision.ts";

const BehaviorStatisticsSchema = defineEntity({
  name: "BehaviorStatistics",
  tableName: "behavior_statistics",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    agent: () => p.manyToOne(Agent).deleteRule("cascade").index(false),
    /** Null counts the turns in which no behavior applied. */
    revision: () => p.manyToOne(BehaviorRevision).nullable().deleteRule("cascade").index(),
    /** Null where the behavior applied by role, without being assigned. */
    assignment: () => p.manyToOne(BehaviorAssignment).nullable().deleteRule("cascade").index(),
    /** The bucket of `base/latency-histogram.ts` that the response times of this row fell into. */
    bucket: p.integer().default(0),
    uses: p.integer().default(0),
    successes: p.integer().default(0),
    totalResponseMs: p.bigint("number").defaultRaw("0"),
    lastUsedAt: p.datetime(),
  },
  indexes: [
    {
      name: "behavior_statistics_use_index",
      expression:
        "create unique index behavior_statistics_use_index on behavior_statistics (agent_id, revision_id, assignment_id, bucket) nulls not distinct",
    },
  ],
});

/**
 * What one agent did with one revision in one assignment, a row per latency bucket: only sums over
 * them mean something. Written only by atomic increments when a turn is recorded or judged
 * otherwise later; rows are an agent's
 * own, so that agents which share a behavior never wait for each other.
 */
export class BehaviorStatistics extends BehaviorStatisticsSchema.class {}
BehaviorStatisticsSchema.setClass(BehaviorStatistics);
