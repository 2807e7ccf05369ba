import { AGENT_STATUSES, Agent } from "../../../agents/agent.ts";
import type { AgentStatistics } from "../../../agents/agent-statistics.ts";
import { listUnderperformingAgents } from "../../../agents/list-underperforming-agents.ts";
import { BehaviorAssignment } from "../../../behaviors/assignments/behavior-assignment.ts";
import { UNUSED } from "../../../behaviors/behavior-use.ts";
import type { RequestContext } from "../../context.ts";
import type { Builder } from "../../builder.ts";
import { toLimit } from "../../limit.ts";
import { type Refs, toEnumValues } from "../../refs.ts";
import type { ImprovementPolicyRef } from "./improvement.ts";

export function defineAgent(builder: Builder, refs: Refs, Policy: ImprovementPolicyRef): void {
  const Status = builder.enumType("AgentStatus", {
    description: "ACTIVE answers; PAUSED and STOPPED say so when they are mentioned.",
    values: toEnumValues(AGENT_STATUSES),
  });

  refs.Agent.implement({
    description:
      "An AI agent: who it is, what it may use, and how it has been doing. Its statistics are counted when a turn is recorded, and corrected when that is judged otherwise later.",
    fields: (t) => ({
      id: t.exposeID("id"),
      slug: t.exposeString("slug", { description: "People write `@slug` to address it." }),
      name: t.exposeString("name"),
      role: t.exposeString("role", { description: "Decides its default behavior and tools." }),
      description: t.exposeString("description"),
      systemPrompt: t.exposeString("systemPrompt"),
      personality: t.expose("personality", { type: "JSON", nullable: true }),
      avatar: t.exposeString("avatar", {
        nullable: true,
        description:
          "Its face: the https address of a picture, or the name of an emoji such as `:owl:`, which only Slack shows; null shows that of the app.",
      }),
      model: t.exposeString("model", {
        nullable: true,
        description: "`provider/model`; null uses the default model.",
      }),
      tools: t.exposeStringList("tools", {
        nullable: true,
        description: "Names of the tools it may use; null means those of its role.",
      }),
      memoryEnabled: t.exposeBoolean("memoryEnabled"),
      status: t.expose("status", { type: Status }),
      improvementPolicy: t.expose("improvementPolicy", {
        type: Policy,
        nullable: true,
        description: "What is done when it underperforms; null means as its role says.",
      }),
      notes: t.exposeString("notes", { nullable: true }),
      createdBy: t.exposeString("createdBy"),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      updatedAt: t.expose("updatedAt", { type: "DateTime" }),
      behavior: t.field({
        type: refs.AgentBehavior,
        nullable: true,
        description: "The behavior assigned to it; null lets its role's active behavior apply.",
        resolve: (agent, _args, { loaders }) =>
          agent.behaviorId === null || agent.behaviorId === undefined
            ? null
            : loaders.behavior.load(agent.behaviorId).then((behavior) => behavior ?? null),
      }),
      successRate: t.float({
        description:
          "Share of its tasks that succeeded (see `Turn.succeeded`), 0 to 1; 1 before the first.",
        resolve: (agent, _args, context) => statistic(agent, context, (s) => s.successRate(), 1),
      }),
      tasksCompleted: t.int({
        description: "Turns that ended in an answer or a failure; declined ones do not count.",
        resolve: (agent, _args, context) =>
          statistic(agent, context, (s): number => s.tasksCompleted, 0),
      }),
      cyclesCompleted: t.int({
        description: "Model calls made in all its turns.",
        resolve: (agent, _args, context) =>
          statistic(agent, context, (s): number => s.cyclesCompleted, 0),
      }),
      consecutiveFailures: t.int({
        description: "Failures since its last success.",
        resolve: (agent, _args, context) =>
          statistic(agent, context, (s): number => s.consecutiveFailures, 0),
      }),
      avgResponseTimeMs: t.float({
        description: "Mean time from the start of a turn to its reply, in milliseconds.",
        resolve: (agent, _args, context) =>
          statistic(agent, context, (s) => s.avgResponseTimeMs(), 0),
      }),
      behaviorAssignedAt: t.expose("behaviorAssignedAt", { type: "DateTime", nullable: true }),
      assignments: t.field({
        type: [refs.BehaviorAssignment],
        description: "Which behaviors it has had, newest first; at most 200.",
        args: { last: t.arg.int({ defaultValue: 20 }) },
        resolve: (agent, { last }, { em }) =>
          em.find(
            BehaviorAssignment,
            { agent: agent.id },
            { orderBy: { seq: "desc" }, limit: toLimit(last), populate: ["agent", "behavior"] },
          ),
      }),
      performance: t.field({
        type: refs.BehaviorUse,
        description: "How its turns went, with the percentiles of its response times.",
        resolve: async ({ id }, _args, { loaders }) => (await loaders.agentUse.load(id)) ?? UNUSED,
      }),
      lastSuccessAt: t.field({
        type: "DateTime",
        nullable: true,
        resolve: (agent, _args, context) =>
          statistic(agent, context, (s) => s.lastSuccessAt ?? null, null),
      }),
      lastFailureAt: t.field({
        type: "DateTime",
        nullable: true,
        resolve: (agent, _args, context) =>
          statistic(agent, context, (s) => s.lastFailureAt ?? null, null),
      }),
      lastTaskAt: t.field({
        type: "DateTime",
        nullable: true,
        resolve: (agent, _args, context) =>
          statistic(agent, context, (s) => s.lastTaskAt ?? null, null),
      }),
    }),
  });

  refs.AgentBehavior.implement({
    description: "The behavior assigned to an agent, with its current revision.",
    fields: (t) => ({
      name: t.exposeString("name"),
      revision: t.int({
        nullable: true,
        description: "Number of the current revision; null while no script of it could be used.",
        resolve: async ({ currentRevisionId }, _args, { loaders }) =>
          currentRevisionId
            ? ((await loaders.revision.load(currentRevisionId))?.number ?? null)
            : null,
      }),
    }),
  });

  builder.queryFields((t) => ({
    agents: t.field({
      type: [refs.Agent],
      description:
        "All agents, newest first, or those of a status or role: `agents(status: ACTIVE)` are those who answer.",
      args: { status: t.arg({ type: Status }), role: t.arg.string() },
      resolve: (_root, { status, role }, { em }) =>
        em.find(
          Agent,
          { ...(status && { status }), ...(role && { role }) },
          { orderBy: { createdAt: "desc", slug: "asc" } },
        ),
    }),
    underperformingAgents: t.field({
      type: [refs.Agent],
      description:
        "Active agents with more than 10 tasks of which less than `threshold` (0 to 1) succeeded, worst first.",
      args: { threshold: t.arg.float({ defaultValue: 0.7 }) },
      resolve: (_root, { threshold }, context) =>
        listUnderperformingAgents(context, threshold ?? undefined),
    }),
    agent: t.field({
      type: refs.Agent,
      nullable: true,
      args: { slug: t.arg.string({ required: true }) },
      resolve: (_root, { slug }, { em }) => em.findOne(Agent, { slug }),
    }),
  }));
}

async function statistic<T extends number | Date | string | null>(
  agent: Agent,
  { loaders }: RequestContext,
  read: (statistics: AgentStatistics) => T,
  before: T,
): Promise<T> {
  const statistics = await loaders.statistics.load(agent.id);
  return statistics ? read(statistics) : before;
}
