import { PLATFORMS, Workspace, WORKSPACE_STATUSES } from "../../../rooms/workspaces/workspace.ts";
import { disconnectWorkspace } from "../../../rooms/workspaces/disconnect-workspace.ts";
import type { Builder } from "../../builder.ts";
import { type Refs, toEnumValues } from "../../refs.ts";

export function defineWorkspace(builder: Builder, refs: Refs): void {
  const Platform = builder.enumType("Platform", { values: toEnumValues(PLATFORMS) });
  const Status = builder.enumType("WorkspaceStatus", {
    description: "REVOKED is not served: `statusReason` says why and what brings it back.",
    values: toEnumValues(WORKSPACE_STATUSES),
  });

  refs.Workspace.implement({
    description:
      "A tenant: a Slack workspace, a Discord server or the console. Nothing crosses it.",
    fields: (t) => ({
      id: t.exposeID("id"),
      platform: t.expose("platform", { type: Platform }),
      externalId: t.exposeString("externalId", {
        description: "The platform's own id, as in room keys.",
      }),
      name: t.exposeString("name"),
      status: t.expose("status", { type: Status }),
      statusReason: t.exposeString("statusReason", { nullable: true }),
      installedAt: t.expose("installedAt", {
        type: "DateTime",
        nullable: true,
        description: "When it let Troupe in, or did so anew; null for the console.",
      }),
      scopes: t.exposeStringList("scopes", {
        nullable: true,
        description: "What Slack lets Troupe do there; null where the platform does not say.",
      }),
    }),
  });

  builder.queryField("workspaces", (t) =>
    t.field({
      type: [refs.Workspace],
      description: "Every workspace that was ever heard of, the newest first; at most 1000.",
      args: { platform: t.arg({ type: Platform }), status: t.arg({ type: Status }) },
      resolve: (_root, { platform, status }, { em }) =>
        em.find(
          Workspace,
          { ...(platform && { platform }), ...(status && { status }) },
          { orderBy: { createdAt: "desc", externalId: "asc" }, limit: 1000 },
        ),
    }),
  );
  builder.mutationField("disconnectWorkspace", (t) =>
    t.field({
      type: refs.Workspace,
      description:
        "Uninstalls Troupe from a workspace at its platform and throws its tokens away. What was said there stays; installing it again brings the workspace back. `UNAVAILABLE`: the platform cannot be reached, and nothing has changed.",
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, { em, scope, actor }) =>
        disconnectWorkspace({ ...scope, em }, id, actor.name),
    }),
  );
}
