import { Role } from "../../../agents/role.ts";
import { createRole, type RoleChanges, updateRole } from "../../../agents/store-role.ts";
import type { Builder } from "../../builder.ts";
import type { Refs } from "../../refs.ts";
import type { ImprovementPolicyRef } from "./improvement.ts";

export function defineRole(builder: Builder, refs: Refs, Policy: ImprovementPolicyRef): void {
  refs.Role.implement({
    description: "A kind of work, with the tools of agents that name none of their own.",
    fields: (t) => ({
      name: t.exposeString("name"),
      description: t.exposeString("description"),
      tools: t.exposeStringList("tools", {
        description: "Names; those that this installation does not have are passed over.",
      }),
      personality: t.expose("personality", {
        type: "JSON",
        nullable: true,
        description: "The persona of agents of the role that have none of their own.",
      }),
      improvementPolicy: t.expose("improvementPolicy", {
        type: Policy,
        description: "What is done when an agent of the role underperforms; SUGGEST unless set.",
      }),
    }),
  });
  const CreateInput = builder.inputType("CreateRoleInput", {
    fields: (t) => ({
      name: t.string({ required: true, description: "Lower-case letters, digits and `_`." }),
      description: t.string(),
      tools: t.stringList(),
      personality: t.field({ type: "JSON" }),
      improvementPolicy: t.field({ type: Policy }),
    }),
  });
  const UpdateInput = builder.inputType("UpdateRoleInput", {
    description: "What is absent stays; null takes the persona away.",
    fields: (t) => ({
      description: t.string(),
      tools: t.stringList(),
      personality: t.field({ type: "JSON" }),
      improvementPolicy: t.field({ type: Policy }),
    }),
  });

  builder.queryField("roles", (t) =>
    t.field({
      type: [refs.Role],
      description: "All roles by name.",
      resolve: (_root, _args, { em }) => em.find(Role, {}, { orderBy: { name: "asc" } }),
    }),
  );
  builder.mutationFields((t) => ({
    createRole: t.field({
      type: refs.Role,
      args: { input: t.arg({ type: CreateInput, required: true }) },
      resolve: (_root, { input }, context) =>
        createRole(context, { ...withoutNulls(input), name: input.name }),
    }),
    updateRole: t.field({
      type: refs.Role,
      description:
        "Agents of the role that name no tools of their own have them from the next turn on.",
      args: {
        name: t.arg.string({ required: true }),
        input: t.arg({ type: UpdateInput, required: true }),
      },
      resolve: (_root, { name, input }, context) =>
        updateRole(context, name, {
          ...withoutNulls(input),
          ...(input.personality === null && { personality: null }),
        }),
    }),
  }));
}

function withoutNulls(input: object): RoleChanges {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}
