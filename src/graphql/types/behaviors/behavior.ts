import { BehaviorRevision } from "../../../behaviors/behavior-revision.ts";
import { UNUSED } from "../../../behaviors/behavior-use.ts";
import { BEHAVIOR_STATUSES, Behavior } from "../../../behaviors/behavior.ts";
import { loadBehaviorUsers } from "../../../behaviors/lifecycle/behavior-users.ts";
import { diffRevisions } from "../../../behaviors/lifecycle/diff-revisions.ts";
import { loadAncestors } from "../../../behaviors/lifecycle/lineage.ts";
import type { Builder } from "../../builder.ts";
import type { RequestContext } from "../../context.ts";
import { toLimit } from "../../limit.ts";
import { type Refs, toEnumValues } from "../../refs.ts";

export function defineBehavior(builder: Builder, refs: Refs): void {
  const Status = builder.enumType("BehaviorStatus", {
    description:
      "ACTIVE behaviors apply to agents of their role that have none assigned; DRAFT ones only where they are assigned; RETIRED ones cannot be assigned any more.",
    values: toEnumValues(BEHAVIOR_STATUSES),
  });

  refs.Behavior.implement({
    description: "A named manner of answering, written in Lua, in immutable revisions.",
    fields: (t) => ({
      id: t.exposeID("id"),
      name: t.exposeString("name"),
      description: t.exposeString("description"),
      role: t.exposeString("role"),
      status: t.expose("status", { type: Status }),
      primarySince: t.expose("primarySince", {
        type: "DateTime",
        nullable: true,
        description: "Since when an experiment made it the one that applies to its role first.",
      }),
      createdBy: t.exposeString("createdBy"),
      evolutionNotes: t.exposeString("evolutionNotes", { nullable: true }),
      lastError: t.exposeString("lastError", {
        nullable: true,
        description: "Why the newest script or run could not be used, with its line.",
      }),
      lastErrorIsPast: t.exposeBoolean("lastErrorPast", {
        description: "A later run was good: the error is history.",
      }),
      lastErrorAt: t.expose("lastErrorAt", { type: "DateTime", nullable: true }),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      updatedAt: t.expose("updatedAt", { type: "DateTime" }),
      revision: t.field({
        type: refs.BehaviorRevision,
        nullable: true,
        description: "The current revision.",
        resolve: async ({ currentRevisionId }, _args, { loaders }) =>
          currentRevisionId ? ((await loaders.revision.load(currentRevisionId)) ?? null) : null,
      }),
      revisions: t.field({
        type: [refs.BehaviorRevision],
        description: "Newest first.",
        args: { last: t.arg.int({ defaultValue: 20 }) },
        resolve: (behavior, { last }, { em }) =>
          em.find(
            BehaviorRevision,
            { behavior: behavior.id },
            { orderBy: { number: "desc" }, limit: toLimit(last), populate: ["behavior"] },
          ),
      }),
      diff: t.string({
        description: "What changed between two revisions, as a unified diff; empty if nothing.",
        args: { from: t.arg.int({ required: true }), to: t.arg.int({ required: true }) },
        resolve: (behavior, range, context) => diffRevisions(context, behavior, range),
      }),
      parent: t.field({
        type: refs.Behavior,
        nullable: true,
        description: "The behavior it was made from.",
        resolve: async ({ parentId }, _args, { loaders }) =>
          parentId ? ((await loaders.behavior.load(parentId)) ?? null) : null,
      }),
      lineage: t.field({
        type: [refs.Behavior],
        description: "All it was made from: its parent, the parent's parent and so on.",
        resolve: ({ id }, _args, context) => loadAncestors(context, id),
      }),
      children: t.field({
        type: [refs.Behavior],
        description: "The behaviors made from it, by name.",
        resolve: ({ id }, _args, { em }) =>
          em.find(Behavior, { parentId: id }, { orderBy: { name: "asc" } }),
      }),
      agents: t.field({
        type: [refs.Agent],
        description: "The agents that use it, assigned or by role.",
        resolve: ({ id }, _args, context) => loadBehaviorUsers(context, id),
      }),
      usageCount: t.int({
        description: "Turns it shaped that ended in an answer or a failure.",
        resolve: async (behavior, _args, context) => (await useOf(behavior, context)).uses,
      }),
      successRate: t.float({
        description:
          "Share of those turns that succeeded (see `Turn.succeeded`), 0 to 1; 1 before the first.",
        resolve: async (behavior, _args, context) => (await useOf(behavior, context)).successRate,
      }),
      avgResponseTimeMs: t.float({
        description: "Mean time from the start of such a turn to its reply, in milliseconds.",
        resolve: async (behavior, _args, context) =>
          (await useOf(behavior, context)).avgResponseTimeMs,
      }),
      performance: t.field({ type: refs.BehaviorUse, resolve: (b, _args, c) => useOf(b, c) }),
    }),
  });

  refs.BehaviorRevision.implement({
    description: "One version of a behavior's script. It never changes.",
    fields: (t) => ({
      id: t.exposeID("id"),
      name: t.string({ resolve: ({ behavior }) => behavior.name }),
      number: t.exposeInt("number"),
      script: t.exposeString("script", { description: "The Lua source." }),
      sha256: t.exposeString("sha256"),
      notes: t.exposeString("notes", { nullable: true, description: "Why it was made." }),
      createdBy: t.exposeString("createdBy"),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      limitHits: t.exposeInt("limitHits", {
        description: "Runs that used up their time or memory; the third switches it off.",
      }),
      switchedOffAt: t.expose("switchedOffAt", {
        type: "DateTime",
        nullable: true,
        description:
          "Since when it is passed over because it kept using up its limits; `restoreBehavior` or `rollbackBehavior` switches it on again.",
      }),
      performance: t.field({
        type: refs.BehaviorUse,
        resolve: async ({ id }, _args, { loaders }) =>
          (await loaders.revisionUse.load(id)) ?? UNUSED,
      }),
    }),
  });

  builder.queryFields((t) => ({
    behaviors: t.field({
      type: [refs.Behavior],
      description: "All behaviors by name, or those of a role.",
      args: { role: t.arg.string(), status: t.arg({ type: Status }) },
      resolve: (_root, { role, status }, { em }) =>
        em.find(
          Behavior,
          { ...(role && { role }), ...(status && { status }) },
          { orderBy: { name: "asc" } },
        ),
    }),
    behavior: t.field({
      type: refs.Behavior,
      nullable: true,
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }, { em }) => em.findOne(Behavior, { name }),
    }),
  }));
}

async function useOf({ id }: Behavior, { loaders }: RequestContext) {
  return (await loaders.behaviorUse.load(id)) ?? UNUSED;
}
