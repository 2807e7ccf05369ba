import type { TokenState, Workspace, World } from "./world.ts";

/** Removes the app from a workspace: its tokens die, then `tokens_revoked` and `app_uninstalled` are sent. */
export function uninstallApp(world: World, workspace: Workspace): void {
  setTokenState(world, workspace, "account_inactive");
  workspace.installed = false;
  world.emit(workspace, {
    type: "tokens_revoked",
    tokens: { oauth: [], bot: [workspace.bot.userId] },
    event_ts: world.nextTs(),
  });
  world.emit(workspace, { type: "app_uninstalled", event_ts: world.nextTs() });
  world.changed();
}

/** What every further call with the workspace's token answers; `active` makes it work again. */
export function setTokenState(world: World, workspace: Workspace, state: TokenState): void {
  for (const token of world.tokens.values()) {
    if (token.teamId === workspace.teamId) token.state = state;
  }
}
