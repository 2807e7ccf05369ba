import { BehaviorRevision } from "../../behaviors/behavior-revision.ts";
import { BEHAVIOR_STATUSES, Behavior } from "../../behaviors/behavior.ts";
import type { Builder } from "../builder.ts";
import { type Refs, toEnumValues } from "../refs.ts";

export function defineBehavior(builder: Builder, refs: Refs): void {
  const Status = builder.enumType("BehaviorStatus", {
    description: "ACTIVE behaviors apply to agents of their role that have none assigned.",
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
      createdBy: t.exposeString("createdBy"),
      evolutionNotes: t.exposeString("evolutionNotes", { nullable: true }),
      lastError: t.exposeString("lastError", {
        nullable: true,
        description: "Why the newest script or run could not be used, with its line.",
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
      createdBy: t.exposeString("createdBy"),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
    }),
  });

  builder.queryFields((t) => ({
    behaviors: t.field({
      type: [refs.Behavior],
      description: "All behaviors by name, or those of a role.",
      args: { role: t.arg.string() },
      resolve: (_root, { role }, { em }) =>
        em.find(Behavior, { ...(role && { role }) }, { orderBy: { name: "asc" } }),
    }),
    behavior: t.field({
      type: refs.Behavior,
      nullable: true,
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }, { em }) => em.findOne(Behavior, { name }),
    }),
  }));
}

function toLimit(last: number | null | undefined): number {
  return Math.min(Math.max(last ?? 20, 1), 200);
}
