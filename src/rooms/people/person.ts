import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../../base/ids.ts";
import { Workspace } from "../workspaces/workspace.ts";

export const PREFERRED_VERBOSITIES = ["concise", "normal", "detailed"] as const;
export const PREFERRED_STYLES = ["friendly", "casual", "formal", "technical"] as const;

/** How a person wants to be answered; behaviors see it as `context.user_preferences`. */
export type Preferences = { verbosity?: string; style?: string };

const PersonSchema = defineEntity({
  name: "Person",
  tableName: "person",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    workspace: () => p.manyToOne(Workspace),
    externalId: p.text(),
    name: p.text(),
    preferences: p.json<Preferences>().defaultRaw("'{}'"),
    /** IANA name such as `Europe/Berlin`. */
    timeZone: p.text().default("UTC"),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  uniques: [{ properties: ["workspace", "externalId"] }],
});

/** Somebody who writes in rooms of one workspace. */
export class Person extends PersonSchema.class {}
PersonSchema.setClass(Person);
