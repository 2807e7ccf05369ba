import type { Config } from "../../base/config.ts";
import type { Finding } from "../../base/finding.ts";
import { toErrorMessage } from "../../base/errors.ts";
import { createSlackApi, type SlackOutcome } from "./api/slack-api.ts";
import { toSlackError } from "./api/slack-error.ts";
import { neededScopes } from "./slack-manifest.ts";
import { toIdentity } from "./api/slack-self.ts";

type Slack = NonNullable<Config["slack"]>;

const TIMEOUT_MS = 5000;
const NO_SUCH_CODE = "troupe-checks-its-client";
const USUAL_SECRET = /^[0-9a-f]{32}$/;

/** Asks Slack about each token and secret that is set. Never rejects. */
export async function checkSlack(slack: Slack): Promise<Finding[]> {
  const { botToken, appToken, signingSecret, oauth, mode } = slack;
  const checks = [
    ...(botToken === undefined ? [] : [checkBotToken(slack, botToken)]),
    ...(appToken === undefined || mode === "http" ? [] : [checkAppToken(slack, appToken)]),
    ...(signingSecret === undefined || mode === "socket" ? [] : [checkSecret(signingSecret)]),
    ...(oauth === undefined ? [] : [checkClient(slack, oauth)]),
  ];
  return Promise.all(checks);
}

async function checkBotToken({ apiUrl }: Slack, botToken: string): Promise<Finding> {
  const what = "Slack bot token";
  const api = createSlackApi({ botToken, apiUrl, timeoutMs: TIMEOUT_MS });
  const outcome = await api("auth.test", {});
  if (outcome.kind === "refused") {
    return { what, state: "failed", detail: toSlackError("auth.test", outcome.error).message };
  }
  if (outcome.kind !== "done") return away(what, outcome);
  try {
    const { self, teamName, scopes } = toIdentity(outcome.answer);
    const missing = neededScopes().filter((scope) => !scopes.includes(scope));
    const whose = `@${self.name} in ${teamName} (${self.teamId})`;
    if (missing.length === 0) return { what, state: "ok", detail: `${whose}, with every scope` };
    const todo = "Add them under OAuth & Permissions, Bot Token Scopes, and reinstall the app.";
    const detail = `${whose} lacks the scopes ${missing.join(", ")}. ${todo}`;
    return { what, state: "failed", detail };
  } catch (error) {
    const detail = `This is no bot's token (${firstLine(error)}). Copy the Bot User OAuth Token from Install App.`;
    return { what, state: "failed", detail };
  }
}

async function checkAppToken({ apiUrl }: Slack, appToken: string): Promise<Finding> {
  const what = "Slack app token";
  const api = createSlackApi({ botToken: appToken, apiUrl, timeoutMs: TIMEOUT_MS });
  const outcome = await api("apps.connections.open", {});
  if (outcome.kind === "done") return { what, state: "ok", detail: "opens Socket Mode" };
  if (outcome.kind !== "refused") return away(what, outcome);
  const todo =
    "Make one under Basic Information, App-Level Tokens, with the scope connections:write, and switch Socket Mode on.";
  const detail = `Slack does not accept SLACK_APP_TOKEN (${outcome.error}). ${todo}`;
  return { what, state: "failed", detail };
}

/** Slack has no call that takes it: only its form tells anything. */
async function checkSecret(signingSecret: string): Promise<Finding> {
  const what = "Slack signing secret";
  if (USUAL_SECRET.test(signingSecret)) {
    return {
      what,
      state: "ok",
      detail: "set; Slack's next event shows whether it is the right one",
    };
  }
  const detail =
    "SLACK_SIGNING_SECRET does not look like one (32 hex digits). Copy it from Basic Information, App Credentials.";
  return { what, state: "warning", detail };
}

/** A code that cannot exist: Slack complains of the client before it complains of the code. */
async function checkClient(
  { apiUrl }: Slack,
  { clientId, clientSecret }: NonNullable<Slack["oauth"]>,
): Promise<Finding> {
  const what = "Slack client";
  const args = { client_id: clientId, client_secret: clientSecret, code: NO_SUCH_CODE };
  const outcome = await createSlackApi({ apiUrl, timeoutMs: TIMEOUT_MS })("oauth.v2.access", args);
  if (outcome.kind === "refused" && outcome.error === "invalid_code") {
    return { what, state: "ok", detail: "workspaces can install the app at /slack/install" };
  }
  if (outcome.kind !== "refused") return away(what, outcome);
  const detail = `Slack does not accept SLACK_CLIENT_ID with SLACK_CLIENT_SECRET (${outcome.error}). Copy both from Basic Information, App Credentials.`;
  return { what, state: "failed", detail };
}

function away(what: string, outcome: SlackOutcome): Finding {
  const reason = outcome.kind === "unknown" ? firstLine(outcome.reason) : "rate limit";
  const detail = `Slack cannot be reached (${reason}). Check the network, and SLACK_API_URL if it is set.`;
  return { what, state: "failed", detail };
}

function firstLine(thrown: unknown): string {
  return (toErrorMessage(thrown).split("\n")[0] ?? "").slice(0, 200);
}
