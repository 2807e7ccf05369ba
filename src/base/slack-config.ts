export const SLACK_STREAMING = ["on", "direct", "off"] as const;
/** Where answers go through Slack's own stream: wherever it can, in direct conversations, nowhere. */
export type SlackStreaming = (typeof SLACK_STREAMING)[number];

export const SLACK_ACK = ["stored", "kept"] as const;
/** What an event is acknowledged after: a row in the database, or a file in the data folder. */
type SlackAck = (typeof SLACK_ACK)[number];

type Values = {
  SLACK_ACK?: SlackAck | undefined;
  SLACK_STREAMING?: SlackStreaming | undefined;
  SLACK_BOT_TOKEN?: string | undefined;
  SLACK_APP_TOKEN?: string | undefined;
  SLACK_SIGNING_SECRET?: string | undefined;
  SLACK_MODE?: "socket" | "http" | undefined;
  SLACK_CLIENT_ID?: string | undefined;
  SLACK_CLIENT_SECRET?: string | undefined;
  SLACK_API_URL?: string | undefined;
  SLACK_AUTHORIZE_URL?: string | undefined;
};
type Env = Record<string, string | undefined>;

const AUTHORIZE_URL = "https://slack.com/oauth/v2/authorize";

/**
 * Slack with its way of receiving events; undefined where there is neither a bot token (for one
 * workspace) nor a client (for those that install the app).
 */
export function toSlack(values: Values) {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl } = values;
  const oauth = toOauth(values);
  if (botToken === undefined && oauth === undefined) return undefined;
  const mode = values.SLACK_MODE ?? (appToken === undefined ? "http" : "socket");
  const { SLACK_SIGNING_SECRET: signingSecret, SLACK_STREAMING: streaming = "on" } = values;
  const { SLACK_ACK: ack = "stored" } = values;
  return { botToken, appToken, signingSecret, mode, apiUrl, oauth, streaming, ack };
}

function toOauth(values: Values) {
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret } = values;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  return { clientId, clientSecret, authorizeUrl: values.SLACK_AUTHORIZE_URL ?? AUTHORIZE_URL };
}

/** Faults that only several of Slack's variables together make. */
export function slackFaults(env: Env): string[] {
  const [id, secret] = [env["SLACK_CLIENT_ID"], env["SLACK_CLIENT_SECRET"]];
  return [
    ...(id !== undefined && secret === undefined
      ? ["SLACK_CLIENT_SECRET must be set with SLACK_CLIENT_ID"]
      : []),
    ...(id === undefined && secret !== undefined
      ? ["SLACK_CLIENT_ID must be set with SLACK_CLIENT_SECRET"]
      : []),
    ...keyFaults(env),
    ...(env["SLACK_BOT_TOKEN"] === undefined && id === undefined ? [] : modeFaults(env)),
  ];
}

function keyFaults(env: Env): string[] {
  const isGenerated = env["DATABASE_URL"] === undefined;
  const isNeeded = env["SLACK_CLIENT_ID"] !== undefined && !isGenerated;
  return isNeeded && env["TROUPE_SECRET_KEY"] === undefined
    ? [
        "TROUPE_SECRET_KEY must be set with SLACK_CLIENT_ID and DATABASE_URL, the same in every " +
          "process: it encrypts the workspaces' tokens; make one with: openssl rand -base64 32",
      ]
    : [];
}

function modeFaults(env: Env): string[] {
  const appToken = env["SLACK_APP_TOKEN"];
  const mode = env["SLACK_MODE"] ?? (appToken === undefined ? "http" : "socket");
  if (mode === "socket" && appToken === undefined) {
    return ["SLACK_APP_TOKEN must be set for Socket Mode (SLACK_MODE=socket)"];
  }
  if (mode === "http" && env["SLACK_SIGNING_SECRET"] === undefined) {
    const given = env["SLACK_BOT_TOKEN"] === undefined ? "SLACK_CLIENT_ID" : "SLACK_BOT_TOKEN";
    return [
      `SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP events) must be set with ${given}`,
    ];
  }
  return [];
}
