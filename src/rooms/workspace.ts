import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";

export const PLATFORMS = ["console", "slack", "discord"] as const;
export type Platform = (typeof PLATFORMS)[number];

const WORKSPACE_STATUSES = ["active", "revoked"] as const;

const WorkspaceSchema = defineEntity({
  name: "Workspace",
  tableName: "workspace",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    platform: p.enum(PLATFORMS),
    externalId: p.text(),
    name: p.text(),
    /** The agent that joins a new room of this workspace when nobody else was addressed. */
    defaultAgentId: p.uuid().nullable(),
    status: p.enum(WORKSPACE_STATUSES).default("active"),
    /** Why the workspace is not served, for operators. */
    statusReason: p.text().nullable(),
    /** Tokens of the platform, encrypted. */
    credentials: p.text().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  uniques: [{ properties: ["platform", "externalId"] }],
});

/** A tenant: a Slack workspace, a Discord guild or the console. Nothing crosses it. */
export class Workspace extends WorkspaceSchema.class {}
WorkspaceSchema.setClass(Workspace);
