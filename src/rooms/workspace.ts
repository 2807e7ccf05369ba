import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";

export const PLATFORMS = ["console", "slack", "discord"] as const;
export type Platform = (typeof PLATFORMS)[number];

export const WORKSPACE_STATUSES = ["active", "revoked"] as const;

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
    /** Since when; null while it is served. */
    revokedAt: p.datetime().nullable(),
    /** Tokens of the platform, sealed; null where the process has them from its configuration. */
    credentials: p.text().nullable(),
    /** What the platform lets the product do there. */
    scopes: p.array().nullable(),
    /** When the product was let in; null where it never was, as in the console. */
    installedAt: p.datetime().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  uniques: [{ properties: ["platform", "externalId"] }],
});

/** A tenant: a Slack workspace, a Discord guild or the console. Nothing crosses it. */
export class Workspace extends WorkspaceSchema.class {}
WorkspaceSchema.setClass(Workspace);
