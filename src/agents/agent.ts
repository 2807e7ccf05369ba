import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";
import { IMPROVEMENT_POLICIES } from "./improvement-policy.ts";
import type { Personality } from "./personality.ts";

export const AGENT_STATUSES = ["active", "paused", "stopped"] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

const AgentSchema = defineEntity({
  name: "Agent",
  tableName: "agent",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    slug: p.text().unique(),
    name: p.text(),
    role: p.text().index(),
    description: p.text().default(""),
    systemPrompt: p.text(),
    personality: p.json<Personality>().nullable(),
    /** The https address of a picture, or an emoji of Slack such as `:owl:`. */
    avatar: p.text().nullable(),
    model: p.text().nullable(),
    /** Tools the agent may use; null means every tool of its role. */
    tools: p.array().nullable(),
    /** What is done about it when it does badly; null means as its role says. */
    improvementPolicy: p.enum(IMPROVEMENT_POLICIES).nullable(),
    memoryEnabled: p.boolean().default(true),
    status: p.enum(AGENT_STATUSES).default("active").index(),
    behaviorId: p.uuid().nullable().index(),
    /** The open assignment in its history; set and cleared together with `behaviorId`. */
    assignmentId: p.uuid().nullable(),
    behaviorAssignedAt: p.datetime().nullable(),
    /** Grows with every change: a cached copy is current exactly while its version is. */
    version: p.integer().version(),
    createdBy: p.text().default("system"),
    notes: p.text().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
  indexes: [
    {
      name: "agent_lower_name_index",
      expression: "create index agent_lower_name_index on agent (lower(name))",
    },
  ],
});

/** An AI agent: who it is, which model and tools it may use, and whether it takes part at all. */
export class Agent extends AgentSchema.class {
  /** Why the agent takes no turns at present, as a sentence for the room; undefined when it does. */
  refusal(): string | undefined {
    switch (this.status) {
      case "active":
        return undefined;
      case "paused":
        return `${this.name} is paused at the moment. An operator can resume it.`;
      case "stopped":
        return `${this.name} has been stopped by an operator and takes no messages.`;
    }
  }
}

AgentSchema.setClass(Agent);
