import { Role } from "../../agents/role.ts";
import { createRole, type RoleChanges, updateRole } from "../../agents/store-role.ts";
import type { Builder } from "../builder.ts";
import type { Refs } from "../refs.ts";

export function defineRole(builder: Builder, refs: Refs): void {
  refs.Role.implement({
    description: "A kind of work, with the tools of agents that name none of their own.",
    fields: (t) => ({
      name: t.exposeString("name"),
      description: t.exposeString("description"),
      tools: t.exposeStringList("tools", {
        description: "Names; those that this installation does not have are passed over.",
      }),
    }),
  });
  const CreateInput = builder.inputType("CreateRoleInput", {
    fields: (t) => ({
      name: t.string({ required: true, description: "Lower-case letters, digits and `_`." }),
      description: t.string(),
      tools: t.stringList(),
    }),
  });
  const UpdateInput = builder.inputType("UpdateRoleInput", {
    description: "What is absent stays.",
    fields: (t) => ({ description: t.string(), tools: t.stringList() }),
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
      resolve: (_root, { name, input }, context) => updateRole(context, name, withoutNulls(input)),
    }),
  }));
}

function withoutNulls(input: object): RoleChanges {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}
