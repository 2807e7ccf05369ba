import { AppError } from "../../../base/errors.ts";

const REASONS: Record<string, readonly [code: "NOT_FOUND" | "FORBIDDEN", hint: string]> = {
  channel_not_found: [
    "NOT_FOUND",
    "The channel does not exist, or it is private and the app is not in it: /invite the app there.",
  ],
  thread_not_found: ["NOT_FOUND", "The thread was deleted."],
  not_in_channel: ["FORBIDDEN", "The app is not in the channel. Write /invite and its name there."],
  is_archived: ["FORBIDDEN", "The channel is archived. Unarchive it, or ask elsewhere."],
  missing_scope: ["FORBIDDEN", "The app lacks a scope. Compare its manifest and reinstall it."],
  restricted_action: ["FORBIDDEN", "The workspace lets only some people post in this channel."],
  ekm_access_denied: ["FORBIDDEN", "The workspace's administrators have suspended posting."],
  team_access_not_granted: ["FORBIDDEN", "The app is not approved for this workspace."],
  access_denied: ["FORBIDDEN", "The app may not do this in this workspace."],
};

/** What Slack says of a token that will never work again. */
export const TOKEN_ERRORS: ReadonlySet<string> = new Set([
  "account_inactive",
  "invalid_auth",
  "not_allowed_token_type",
  "not_authed",
  "token_expired",
  "token_revoked",
]);
const TOKEN_HINT =
  "Slack does not accept the bot token. Install the app again: at /slack/install, or, for one workspace, " +
  "set SLACK_BOT_TOKEN to its new token.";

/** What Slack's refusal means and what to do about it; none of these pass by waiting. */
export function toSlackError(method: string, error: string): AppError {
  const known = REASONS[error];
  if (known) return new AppError(known[0], `${known[1]} (Slack: ${error})`);
  if (TOKEN_ERRORS.has(error)) return new AppError("FORBIDDEN", `${TOKEN_HINT} (Slack: ${error})`);
  if (error.startsWith("restricted_action")) {
    return new AppError("FORBIDDEN", `${REASONS["restricted_action"]?.[1]} (Slack: ${error})`);
  }
  return new AppError("INVALID", `Slack refused ${method}: ${error}.`);
}
