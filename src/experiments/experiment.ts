import { defineEntity, p } from "@mikro-orm/core";
import { Agent } from "../agents/agent.ts";
import { newId } from "../base/ids.ts";
import type { AssignedBefore } from "./primary/assigned-before.ts";
import { DEFAULT_GUARDRAILS, type Guardrail } from "./statistics/guardrail.ts";
import { DEFAULT_RAMP_UP_PLAN, RAMP_UP_FAULTS } from "./statistics/ramp-up.ts";
import { EXPERIMENT_UNITS } from "./statistics/verdict-words.ts";

export const EXPERIMENT_STATUSES = ["draft", "running", "stopped", "concluded"] as const;

/** What happens to a winner: nothing, a suggestion that an operator accepts, or its promotion. */
export const EXPERIMENT_POLICIES = ["off", "suggest", "auto"] as const;

/** How units get their arms: by constant weights, or by what the arms have shown so far. */
export const ALLOCATIONS = ["fixed", "thompson"] as const;
export type Allocation = (typeof ALLOCATIONS)[number];

const ExperimentSchema = defineEntity({
  name: "Experiment",
  tableName: "experiment",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    name: p.text().unique(),
    description: p.text().default(""),
    /** The role it is about; that of the agent where it is about one. */
    role: p.text(),
    /** The one agent it is about; null for all agents of the role. */
    agent: () => p.manyToOne(Agent).nullable().deleteRule("cascade").index(false),
    unit: p.enum(EXPERIMENT_UNITS).default("person"),
    status: p.enum(EXPERIMENT_STATUSES).default("draft"),
    policy: p.enum(EXPERIMENT_POLICIES).default("suggest"),
    allocation: p.enum(ALLOCATIONS).default("fixed"),
    /** Of every arm before anything is concluded, and of every step of the ramp-up. */
    minimumUses: p.integer().default(DEFAULT_RAMP_UP_PLAN.minimumUses),
    guardrails: p.json<readonly Guardrail[]>().onCreate(() => DEFAULT_GUARDRAILS),
    /** The growing shares of units that get a promoted arm; the last is 1. */
    rampUp: p.json<readonly number[]>().onCreate(() => DEFAULT_RAMP_UP_PLAN.shares),
    /** A turn counts as no dearer than this, so that one runaway does not decide. */
    costCapMicros: p.bigint("number").default(1_000_000),
    /** Number of the stretch of constant weights that runs now; 0 before the start. */
    period: p.integer().default(0),
    suggestedArmId: p.uuid().nullable(),
    suggestedAt: p.datetime().nullable(),
    promotedArmId: p.uuid().nullable(),
    promotedAt: p.datetime().nullable(),
    promotedBy: p.text().nullable(),
    rolledBackAt: p.datetime().nullable(),
    /** Why the promoted arm went back: what it broke, or an operator's decision. */
    rolledBackBecause: p.enum(RAMP_UP_FAULTS).nullable(),
    /** Why it stopped, in words. */
    reason: p.text().nullable(),
    /** What a promotion replaced; null before. */
    assignedBefore: p.json<AssignedBefore>().nullable(),
    createdBy: p.text().default("system"),
    createdAt: p.datetime().onCreate(() => new Date()),
    startedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    /** `system` where the evaluation ended it. */
    endedBy: p.text().nullable(),
  },
  indexes: [
    {
      name: "experiment_running_role_index",
      expression:
        "create unique index experiment_running_role_index on experiment (role) where status = 'running' and agent_id is null",
    },
    {
      name: "experiment_running_agent_index",
      expression:
        "create unique index experiment_running_agent_index on experiment (agent_id) where status = 'running'",
    },
  ],
});

/** A comparison of behaviors in live rooms; at most one runs for a role, and one for an agent. */
export class Experiment extends ExperimentSchema.class {
  /** The promoted arm gets a growing share of the units. */
  isRampingUp(): boolean {
    return this.status === "running" && typeof this.promotedArmId === "string";
  }

  /** “the agent rex”, “the role code_developer” */
  describeScope(): string {
    return this.agent ? `the agent ${this.agent.slug}` : `the role ${this.role}`;
  }
}
ExperimentSchema.setClass(Experiment);
