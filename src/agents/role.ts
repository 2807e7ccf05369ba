import { defineEntity, p } from "@mikro-orm/core";
import { IMPROVEMENT_POLICIES } from "./improvement-policy.ts";
import type { Personality } from "./personality.ts";

const RoleSchema = defineEntity({
  name: "Role",
  tableName: "role",
  properties: {
    name: p.text().primary(),
    description: p.text().default(""),
    tools: p.array(),
    /** Who agents of the role are unless they say so themselves. */
    personality: p.json<Personality>().nullable(),
    /** What is done about agents of the role that do badly, unless they say otherwise. */
    improvementPolicy: p.enum(IMPROVEMENT_POLICIES).default("suggest"),
  },
});

/** A kind of work, with the tools that agents of the role may use unless they name their own. */
export class Role extends RoleSchema.class {}
RoleSchema.setClass(Role);
