import {
  assignBehavior,
  hotReloadBehavior,
} from "../../../behaviors/assignments/assign-behavior.ts";
import {
  ASSIGNMENT_REASONS,
  type BehaviorAssignment,
} from "../../../behaviors/assignments/behavior-assignment.ts";
import { unassignBehavior } from "../../../behaviors/assignments/unassign-behavior.ts";
import { UNUSED } from "../../../behaviors/behavior-use.ts";
import { toBehaviorScope } from "../../behavior-scope.ts";
import type { Builder } from "../../builder.ts";
import type { RequestContext } from "../../context.ts";
import { type Refs, toEnumValues } from "../../refs.ts";

export function defineAssignment(builder: Builder, refs: Refs): void {
  const Reason = builder.enumType("AssignmentReason", { values: toEnumValues(ASSIGNMENT_REASONS) });

  refs.BehaviorUse.implement({
    description:
      "How turns went. A turn counts once, when it is recorded, and is corrected when it is judged otherwise later; declined ones do not count.",
    fields: (t) => ({
      usageCount: t.exposeInt("uses"),
      successRate: t.exposeFloat("successRate", { description: "0 to 1; 1 before the first." }),
      avgResponseTimeMs: t.exposeFloat("avgResponseTimeMs"),
      p50ResponseTimeMs: t.exposeInt("p50ResponseTimeMs", {
        nullable: true,
        description: "The median, from a histogram: within 5 %.",
      }),
      p95ResponseTimeMs: t.exposeInt("p95ResponseTimeMs", { nullable: true }),
      lastUsedAt: t.expose("lastUsedAt", { type: "DateTime", nullable: true }),
    }),
  });

  refs.BehaviorAssignment.implement({
    description:
      "One period in which an agent had a behavior. Its statistics are those of the turns begun in it.",
    fields: (t) => ({
      id: t.exposeID("id"),
      agent: t.expose("agent", { type: refs.Agent }),
      behaviorName: t.exposeString("behaviorName"),
      behavior: t.field({
        type: refs.Behavior,
        nullable: true,
        description: "Null once the behavior has been deleted.",
        resolve: ({ behavior }) => behavior ?? null,
      }),
      reason: t.expose("reason", { type: Reason }),
      assignedBy: t.exposeString("assignedBy"),
      assignedAt: t.expose("assignedAt", { type: "DateTime" }),
      unassignedAt: t.expose("unassignedAt", {
        type: "DateTime",
        nullable: true,
        description: "Null while it lasts.",
      }),
      outcomeNotes: t.exposeString("outcomeNotes", { nullable: true }),
      tasksCompleted: t.int({
        resolve: async (assignment, _args, context) => (await useOf(assignment, context)).uses,
      }),
      successRate: t.float({
        resolve: async (assignment, _args, context) =>
          (await useOf(assignment, context)).successRate,
      }),
      performance: t.field({ type: refs.BehaviorUse, resolve: (a, _args, c) => useOf(a, c) }),
    }),
  });

  builder.mutationFields((t) => ({
    assignBehavior: t.field({
      type: refs.Agent,
      description:
        "Gives an agent a behavior from its next turn on, in every process. The assignment before ends with its statistics. `CONFLICT`: the agent is stopped or the behavior retired.",
      args: {
        agent: t.arg.string({ required: true, description: "Slug of the agent." }),
        behavior: t.arg.string({ required: true, description: "Name of the behavior." }),
        reason: t.arg({ type: Reason, defaultValue: "manual" }),
        outcomeNotes: t.arg.string({ description: "What came of the assignment that ends." }),
      },
      resolve: (_root, { agent, behavior, reason, outcomeNotes }, context) =>
        assignBehavior(toBehaviorScope(context), agent, {
          behavior,
          by: context.actor.name,
          reason: reason ?? undefined,
          outcomeNotes,
        }),
    }),
    hotReloadBehavior: t.field({
      type: refs.Agent,
      description:
        "As `assignBehavior`, with the reason HOT_RELOAD. No process restarts; `behaviorChanges` tells of it.",
      args: {
        agent: t.arg.string({ required: true }),
        behavior: t.arg.string({ required: true }),
        reason: t.arg({ type: Reason, defaultValue: "hot_reload" }),
      },
      resolve: (_root, { agent, behavior, reason }, context) =>
        hotReloadBehavior(toBehaviorScope(context), agent, {
          behavior,
          by: context.actor.name,
          reason: reason ?? undefined,
        }),
    }),
    unassignBehavior: t.field({
      type: refs.Agent,
      description:
        "Takes an agent's behavior away: its role's active one applies. Without one nothing changes.",
      args: { agent: t.arg.string({ required: true }), outcomeNotes: t.arg.string() },
      resolve: (_root, { agent, outcomeNotes }, context) =>
        unassignBehavior(toBehaviorScope(context), agent, { by: context.actor.name, outcomeNotes }),
    }),
  }));
}

async function useOf({ id }: BehaviorAssignment, { loaders }: RequestContext) {
  return (await loaders.assignmentUse.load(id)) ?? UNUSED;
}
