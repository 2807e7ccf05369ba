import { defineEntity, p } from "@mikro-orm/core";
import { Agent } from "../../agents/agent.ts";
import { newId } from "../../base/ids.ts";
import { Behavior } from "../behavior.ts";

/**
 * `suggested` waits for an operator; `watched` is in force and may still be rolled back. The others
 * are over: `dismissed` by an operator, `kept`, `rolled_back` because it did worse, `withdrawn`
 * because things changed before it was decided or judged.
 */
export const IMPROVEMENT_STATUSES = [
  "suggested",
  "dismissed",
  "watched",
  "kept",
  "rolled_back",
  "withdrawn",
] as const;

const ImprovementSchema = defineEntity({
  name: "Improvement",
  tableName: "improvement",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    agent: () => p.manyToOne(Agent).deleteRule("cascade").index(),
    status: p.enum(IMPROVEMENT_STATUSES).default("suggested"),
    /** What the agent had; null where its role's behavior, or none, applied. */
    fromBehavior: () => p.manyToOne(Behavior).nullable().deleteRule("set null").index(false),
    fromBehaviorName: p.text().nullable(),
    /** How the agent did with it: the evidence against. */
    fromUses: p.integer(),
    fromSuccesses: p.integer(),
    /** Null once the behavior has been deleted; its name stays. */
    toBehavior: () => p.manyToOne(Behavior).nullable().deleteRule("set null").index(false),
    toBehaviorName: p.text(),
    toRevisionId: p.uuid().nullable(),
    /** How all agents did with that revision: the evidence for it. */
    toUses: p.integer(),
    toSuccesses: p.integer(),
    /** The assignment that put it in force. */
    assignmentId: p.uuid().nullable(),
    /** How the agent did with it, once that was judged. */
    afterUses: p.integer().nullable(),
    afterSuccesses: p.integer().nullable(),
    notes: p.text().nullable(),
    createdBy: p.text().default("system"),
    decidedBy: p.text().nullable(),
    createdAt: p.datetime(),
    decidedAt: p.datetime().nullable(),
    closedAt: p.datetime().nullable(),
  },
  indexes: [
    {
      name: "improvement_open_index",
      expression:
        "create unique index improvement_open_index on improvement (agent_id) where status in ('suggested', 'watched')",
    },
  ],
});

/** Another behavior for an agent that does badly; at most one of an agent's is open. */
export class Improvement extends ImprovementSchema.class {
  isOpen(): boolean {
    return this.status === "suggested" || this.status === "watched";
  }
}

ImprovementSchema.setClass(Improvement);
