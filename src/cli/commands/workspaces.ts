import type { Command } from "commander";
import { formatTable } from "../format-table.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Workspace = {
  id: string;
  platform: string;
  externalId: string;
  name: string;
  status: string;
  statusReason: string | null;
  installedAt: string | null;
};
type Options = { url?: string };

const FIELDS = "id platform externalId name status statusReason installedAt";

export function addWorkspaces(program: Command): void {
  const workspaces = program
    .command("workspaces")
    .description("look at the Slack workspaces and Discord servers, disconnect them");
  withServerOptions(workspaces.command("list"))
    .description("all workspaces, newest first, and why one is not served")
    .action(async (options: Options) => {
      const client = await connect(options);
      const found = await client.query<{ workspaces: Workspace[] }>(
        `query { workspaces { ${FIELDS} } }`,
      );
      console.log(formatWorkspaces(found.workspaces));
    });
  withServerOptions(workspaces.command("disconnect <id>"))
    .description("uninstall Troupe there; installing it again brings the workspace back")
    .action(async (id: string, options: Options) => {
      const document = `mutation ($id: ID!) { workspace: disconnectWorkspace(id: $id) { ${FIELDS} } }`;
      const client = await connect(options);
      const { workspace } = await client.query<{ workspace: Workspace }>(document, { id });
      console.log(formatWorkspaces([workspace]));
    });
}

function formatWorkspaces(workspaces: Workspace[]): string {
  return formatTable([
    ["ID", "PLATFORM", "WORKSPACE", "NAME", "STATUS", "SINCE", "WHY"],
    ...workspaces.map(({ installedAt, statusReason, ...workspace }) => [
      workspace.id,
      workspace.platform.toLowerCase(),
      workspace.externalId,
      workspace.name,
      workspace.status.toLowerCase(),
      installedAt?.slice(0, 10) ?? "-",
      statusReason ?? "-",
    ]),
  ]);
}
