import { defineEntity, p } from "@mikro-orm/core";

const RoleSchema = defineEntity({
  name: "Role",
  tableName: "role",
  properties: {
    name: p.text().primary(),
    description: p.text().default(""),
    tools: p.array(),
  },
});

/** A kind of work, with the tools that agents of the role may use unless they name their own. */
export class Role extends RoleSchema.class {}
RoleSchema.setClass(Role);
