import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../base/clock.ts";
import { isLoopback } from "../../../base/config.ts";
import { AppError } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { SecretBox } from "../../../base/secret-box.ts";
import type { WorkspaceRegister } from "../../../rooms/workspaces/workspace-register.ts";
import { INSTALL_PATH, neededScopes, REDIRECT_PATH } from "../slack-manifest.ts";
import type { SlackHttpHandler } from "../transport/slack-http-handler.ts";
import type { SlackCredentials } from "../api/slack-teams.ts";
import { exchangeCode } from "./exchange-code.ts";
import { createInstallState, STATE_LIFE_MS } from "./install-state.ts";
import { sendPage } from "./send-page.ts";

type Options = {
  oauth: { clientId: string; clientSecret: string; authorizeUrl: string };
  apiUrl: string | undefined;
  /** Where people reach the web role; else it is taken from the request. */
  publicUrl: string | undefined;
  secrets: SecretBox;
  register: WorkspaceRegister;
  clock: Clock;
  log: Log;
};

const COOKIE = "troupe_slack_install";
const STATUS = { INVALID: 400, FORBIDDEN: 403, UNAVAILABLE: 503 } as const;
const CANCELLED = "The installation was cancelled. Nothing was stored.";
const FOREIGN =
  "This installation was begun elsewhere, or your browser keeps no cookies. Begin again at /slack/install.";
const EXPIRED = "This installation took longer than ten minutes. Begin again at /slack/install.";

/**
 * Lets a workspace install the app: `GET /slack/install` leads to Slack's page, which leads back to
 * `/slack/oauth_redirect`. The token is stored encrypted, and every process serves the workspace at once.
 */
export function createSlackInstall(options: Options): SlackHttpHandler {
  const { oauth, apiUrl, secrets, register, clock, log } = options;
  const states = createInstallState({ key: secrets.derive("slack install state"), clock });

  function begin(request: IncomingMessage, response: ServerResponse): void {
    const { state, secret } = states.issue();
    const redirectUri = toRedirectUri(options, request);
    const target = new URL(oauth.authorizeUrl);
    target.searchParams.set("client_id", oauth.clientId);
    target.searchParams.set("scope", neededScopes().join(","));
    target.searchParams.set("state", state);
    if (redirectUri !== undefined) target.searchParams.set("redirect_uri", redirectUri);
    const cookie = toCookie(secret, STATE_LIFE_MS / 1000, redirectUri);
    response.writeHead(302, { location: target.href, "set-cookie": cookie }).end();
  }

  async function complete(request: IncomingMessage, query: URLSearchParams): Promise<string> {
    const checked = states.check(query.get("state") ?? "", readCookie(request));
    if (checked === "foreign") throw new AppError("INVALID", FOREIGN);
    if (checked === "expired") throw new AppError("INVALID", EXPIRED);
    if (query.has("error")) throw new AppError("INVALID", CANCELLED);
    const redirectUri = toRedirectUri(options, request);
    const exchange = { ...oauth, apiUrl, redirectUri };
    const { teamId, teamName, scopes, botToken, identity } = await exchangeCode(
      query.get("code") ?? "",
      exchange,
    );
    const { userId, botId, name: botName } = identity.self;
    const credentials: SlackCredentials = { botToken, userId, botId, botName };
    const ref = { platform: "slack" as const, externalId: teamId };
    await register.installed(ref, { name: teamName, scopes, credentials });
    const missing = neededScopes().filter((scope) => !scopes.includes(scope));
    log.info({ teamId, missing }, "slack workspace is installed");
    const done = `Troupe is installed in ${teamName}. Write /invite @${botName} in a channel and mention it there.`;
    return missing.length === 0 ? done : `${done} It was not granted: ${missing.join(", ")}.`;
  }

  return async (request, response) => {
    if (request.method !== "GET") return sendPage(response, 405, "Open this page in a browser.");
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === INSTALL_PATH) return begin(request, response);
    try {
      const told = await complete(request, searchParams);
      response.setHeader("set-cookie", toCookie("", 0, toRedirectUri(options, request)));
      sendPage(response, 200, told);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn({ reason: error.message }, "slack installation failed");
      sendPage(response, STATUS[error.code as keyof typeof STATUS] ?? 500, error.message);
    }
  };
}

/**
 * The address that Slack leads back to. Whatever a request claims to have been sent to, Slack leads to
 * addresses alone that the app has listed. Slack wants https, but for a machine of one's own.
 */
function toRedirectUri(
  { publicUrl }: Pick<Options, "publicUrl">,
  { headers }: IncomingMessage,
): string | undefined {
  if (publicUrl !== undefined) return publicUrl + REDIRECT_PATH;
  const asked = URL.parse(`https://${headers.host ?? ""}`);
  if (!asked) return undefined;
  const isOwn = isLoopback(asked.hostname.replace(/^\[|\]$/g, ""));
  return `${isOwn ? "http" : "https"}://${headers.host}${REDIRECT_PATH}`;
}

function toCookie(value: string, maxAgeS: number, redirectUri: string | undefined): string {
  const secure = redirectUri?.startsWith("https:") ? "; Secure" : "";
  return `${COOKIE}=${value}; Path=/slack; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure}`;
}

function readCookie({ headers }: IncomingMessage): string {
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? "";
}
