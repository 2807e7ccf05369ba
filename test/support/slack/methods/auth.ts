import { addBotToken } from "../add-workspace.ts";
import { SlackFailure, stringOf, type Method } from "../method.ts";
import { ALL_SCOPES } from "../scopes.ts";
import { uninstallApp } from "../uninstall-app.ts";
import type { InstallDecision, Json, Workspace, World } from "../world.ts";

export const authMethods: Record<string, Method> = {
  "auth.test": ({ workspace }) => ({
    url: `https://${workspace.domain}.slack.com/`,
    team: workspace.name,
    user: workspace.bot.name,
    team_id: workspace.teamId,
    user_id: workspace.bot.userId,
    bot_id: workspace.bot.botId,
    is_enterprise_install: false,
  }),
  "auth.revoke": ({ world, workspace, args, token }) => {
    if (args["test"] === true) return { revoked: false };
    token.state = "token_revoked";
    world.emit(workspace, {
      type: "tokens_revoked",
      tokens: { oauth: [], bot: [workspace.bot.userId] },
      event_ts: world.nextTs(),
    });
    world.changed();
    return { revoked: true };
  },
  "apps.uninstall": ({ world, workspace, args }) => {
    checkClient(world, args);
    uninstallApp(world, workspace);
    return {};
  },
};

/** oauth.v2.access: no token; a code from the authorize page becomes a new bot token. */
export function exchangeCode(world: World, args: Json): Json {
  checkClient(world, args);
  const code = stringOf(args, "code") ?? "";
  const grant = world.installCodes.get(code);
  const workspace = world.workspaces.get(grant?.teamId ?? "");
  if (grant === undefined || workspace === undefined) throw new SlackFailure("invalid_code");
  if (grant.redirectUri !== stringOf(args, "redirect_uri")) {
    throw new SlackFailure("bad_redirect_uri");
  }
  world.installCodes.delete(code);
  const scopes = grant.scopes ?? ALL_SCOPES;
  addBotToken(world, workspace, `xoxb-${workspace.teamId}-${world.newId("N")}`, scopes);
  world.changed();
  return toAccess(world, workspace, { ...grant, scopes });
}

function toAccess(world: World, workspace: Workspace, grant: InstallDecision): Json {
  const installer = [...workspace.people.values()].find(({ isBot }) => !isBot);
  const { orgWide = false, rotates = false, scopes = [] } = grant;
  return {
    app_id: world.app.id,
    authed_user: { id: installer?.id },
    scope: scopes.join(","),
    token_type: "bot",
    access_token: workspace.token,
    bot_user_id: workspace.bot.userId,
    team: orgWide ? null : { id: workspace.teamId, name: workspace.name },
    enterprise: orgWide ? { id: "E0ORG", name: "Acme Group" } : null,
    is_enterprise_install: orgWide,
    ...(rotates && { refresh_token: "xoxe-1-refresh", expires_in: 43_200 }),
  };
}

function checkClient(world: World, args: Json): void {
  if (stringOf(args, "client_id") !== world.app.clientId) {
    throw new SlackFailure("invalid_client_id");
  }
  if (stringOf(args, "client_secret") !== world.app.clientSecret) {
    throw new SlackFailure("bad_client_secret");
  }
}
