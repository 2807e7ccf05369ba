import { defineEntity, p } from "@mikro-orm/core";
import { Agent } from "./agent.ts";

const AgentStatisticsSchema = defineEntity({
  name: "AgentStatistics",
  tableName: "agent_statistics",
  properties: {
    agent: () => p.oneToOne(Agent).primary().deleteRule("cascade"),
    /** Model calls made, over all turns: the rounds of the agent's reply loop. */
    cyclesCompleted: p.integer().default(0),
    tasksCompleted: p.integer().default(0),
    tasksSucceeded: p.integer().default(0),
    consecutiveFailures: p.integer().default(0),
    totalResponseMs: p.bigint("number").default(0),
    lastTaskAt: p.datetime().nullable(),
    lastSuccessAt: p.datetime().nullable(),
    lastFailureAt: p.datetime().nullable(),
  },
});

/** What an agent has done so far. Written only when a turn is recorded or judged otherwise later. */
export class AgentStatistics extends AgentStatisticsSchema.class {
  /** Share of tasks that succeeded, 0 to 1; 1 before the first task. */
  successRate(): number {
    return this.tasksCompleted === 0 ? 1 : this.tasksSucceeded / this.tasksCompleted;
  }

  avgResponseTimeMs(): number {
    return this.tasksCompleted === 0 ? 0 : this.totalResponseMs / this.tasksCompleted;
  }
}

AgentStatisticsSchema.setClass(AgentStatistics);
