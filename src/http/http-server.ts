import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { isAuthorized } from "./admin-token.ts";
import { listen, type Listening } from "./listen.ts";
import type { Metrics } from "./metrics.ts";
import { answerProbe } from "./probes.ts";
import type { Readiness } from "./readiness.ts";
import { respond } from "./respond.ts";

const LARGEST_BODY_BYTES = 2 * 1024 * 1024;

type GraphqlHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  context: { actor: { name: string } },
) => unknown;

type Options = {
  host: string;
  port: number;
  adminToken: string;
  graphql: GraphqlHandler;
  readiness: Readiness;
  metrics: Metrics;
  /** Probes and metrics answer anybody on loopback; elsewhere metrics need the token. */
  openMetrics: boolean;
  /** Slack's HTTP events, where they are configured; the handler checks their signature. */
  slackEvents?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Where Slack workspaces install the app, where that is configured. */
  slackInstall?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  log: Log;
};

/** Starts the web door. A port in use is an `UNAVAILABLE` error that says what to do. */
export async function startHttpServer(options: Options): Promise<Listening> {
  const server = createServer((request, response) => {
    route(options, request, response).catch((error: unknown) => {
      options.log.error({ error: toErrorMessage(error) }, "request failed");
      if (!response.headersSent) respond(response, 500, { error: "internal error" });
      else response.destroy();
    });
  });
  return listen(server, { ...options, variable: "PORT" });
}

async function route(
  options: Options,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = addressOf(request);
  if (pathname === "/metrics" && !options.openMetrics && !authorize(options, request, response)) {
    return;
  }
  if (await answerProbe(options, pathname, response)) return;
  if (pathname === "/graphql") return answerGraphql(options, request, response);
  if (pathname.startsWith("/slack/")) return answerSlack(options, request, response);
  respond(response, 404, {
    error: "There is nothing here. Look at /graphql, /healthz, /readyz or /metrics.",
  });
}

async function answerSlack(
  { slackEvents, slackInstall }: Options,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = addressOf(request);
  if (pathname === "/slack/events") {
    if (slackEvents) return slackEvents(request, response);
    return respond(response, 404, {
      error: "Slack's HTTP events are off. Set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET.",
    });
  }
  const isInstall = pathname === "/slack/install" || pathname === "/slack/oauth_redirect";
  if (isInstall && slackInstall) return slackInstall(request, response);
  respond(response, 404, {
    error: isInstall
      ? "Installing into Slack workspaces is off. Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."
      : "There is nothing here. Look at /slack/events and /slack/install.",
  });
}

async function answerGraphql(
  options: Options,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // The GraphiQL page itself holds no data: what it asks for carries the token.
  if (!isPageRequest(request) && !authorize(options, request, response)) return;
  if (!hasFittingBody(request)) {
    const message = `A request needs a Content-Length of at most ${LARGEST_BODY_BYTES} bytes.`;
    return respond(response, 413, { errors: [{ message, extensions: { code: "INVALID" } }] });
  }
  await options.graphql(request, response, { actor: { name: "admin" } });
}

function isPageRequest(request: IncomingMessage): boolean {
  const { method, headers } = request;
  return (
    method === "GET" &&
    (headers.accept ?? "").includes("text/html") &&
    !addressOf(request).searchParams.has("query")
  );
}

/** What is no address counts as one where there is nothing. */
function addressOf({ url }: IncomingMessage): URL {
  return URL.parse(url ?? "/", "http://localhost") ?? new URL("http://localhost/");
}

function hasFittingBody({ method, headers }: IncomingMessage): boolean {
  if (method === "GET" || method === "OPTIONS" || method === "HEAD") return true;
  const length = Number(headers["content-length"]);
  return Number.isInteger(length) && length <= LARGEST_BODY_BYTES;
}

function authorize(
  { adminToken }: Options,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (isAuthorized(request.headers.authorization, adminToken)) return true;
  const message =
    "Send the header Authorization: Bearer <token>. The token is TROUPE_ADMIN_TOKEN, or the file admin-token in DATA_DIR.";
  response.setHeader("www-authenticate", "Bearer");
  respond(response, 401, { errors: [{ message, extensions: { code: "UNAUTHENTICATED" } }] });
  return false;
}
