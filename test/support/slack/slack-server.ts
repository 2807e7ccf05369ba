import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { createFaults, Fault } from "./faults.ts";
import { SlackFailure } from "./method.ts";
import { fileContent, parseArguments, readBytes } from "./read-body.ts";
import { respondTo } from "./response-url.ts";
import type { createWebApi } from "./web-api.ts";
import type { Json, World } from "./world.ts";

type Parts = {
  world: World;
  api: ReturnType<typeof createWebApi>;
  faults: ReturnType<typeof createFaults>;
};

type Exchange = { request: IncomingMessage; response: ServerResponse; url: URL; body: Buffer };

/** slack.com, files.slack.com and hooks.slack.com on one port. */
export function createSlackServer(parts: Parts) {
  return createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? "/", "http://localhost");
  const exchange = { request, response, url, body: await readBytes(request) };
  const [first, ...rest] = url.pathname.slice(1).split("/");
  if (first === "api") await callMethod(parts, exchange, rest.join("/"));
  else if (first === "response") respond(parts, exchange, rest[0] ?? "");
  else if (first === "upload") upload(parts, exchange, rest.at(-1) ?? "");
  else if (first === "files-pri") download(parts, exchange, rest[0] ?? "");
  else if (url.pathname === "/oauth/v2/authorize") authorize(parts, exchange);
  else response.writeHead(404).end();
}

async function callMethod({ api, faults }: Parts, exchange: Exchange, method: string) {
  const { request, url, body } = exchange;
  const raw = parseArguments(body, request.headers["content-type"] ?? "", url.searchParams);
  const bearer = request.headers.authorization?.replace(/^Bearer /, "");
  const call = api.note(method, raw ?? { values: {}, encoding: "json" }, bearer);
  const fault = faults.take(method, call.teamId);
  if (fault) call.fault = fault.kind;
  if (raw === undefined) sendJson(exchange, { ok: false, error: "invalid_json" });
  else if (fault && failsBefore(fault)) failBefore(exchange, fault);
  else {
    const answer = api.answer(call, raw, bearer);
    await deliver(exchange, answer, fault);
  }
}

function failsBefore({ kind }: Fault): boolean {
  return ["rate-limit", "http", "error", "lose-request"].includes(kind);
}

function failBefore(exchange: Exchange, fault: Fault): void {
  const { request, response } = exchange;
  if (fault.kind === "lose-request") request.socket.destroy();
  if (fault.kind === "http") response.writeHead(fault.status).end("upstream failure");
  if (fault.kind === "error") {
    sendJson(exchange, { ok: false, error: fault.error, ...fault.extra });
  }
  if (fault.kind === "rate-limit") {
    const retryAfter = String(fault.retryAfterSeconds);
    if (retryAfter !== "") response.setHeader("retry-after", retryAfter);
    response.statusCode = 429;
    sendJson(exchange, { ok: false, error: "ratelimited" });
  }
}

type Answered = { body: Json; headers: Record<string, string> };

/** Slack has done it; what arrives of the answer is another matter. */
async function deliver(exchange: Exchange, answer: Answered, fault: Fault | undefined) {
  if (fault?.kind === "hang") return;
  if (fault?.kind === "lose-response") {
    exchange.request.socket.destroy();
    return;
  }
  if (fault?.kind === "delay") await sleep(fault.ms);
  sendJson(exchange, answer.body, answer.headers);
}

function sendJson({ response }: Exchange, body: Json, headers: Record<string, string> = {}): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.end(JSON.stringify(body));
}

function respond({ world }: Parts, exchange: Exchange, id: string): void {
  try {
    respondTo(world, id, JSON.parse(exchange.body.toString("utf8")) as Json);
    exchange.response.end("ok");
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    exchange.response.statusCode = error.error.endsWith("_url") ? 404 : 400;
    sendJson(exchange, { ok: false, error: error.error });
  }
}

function upload({ world }: Parts, { request, response, body }: Exchange, id: string): void {
  const file = world.files.get(id);
  if (file === undefined || file.uploaded) {
    response.writeHead(404).end();
    return;
  }
  file.content = fileContent(body, request.headers["content-type"] ?? "");
  file.uploaded = true;
  response.end(`OK - ${file.content.length}`);
}

/** Private files: without a living token of the app Slack shows its sign-in page, with status 200. */
function download({ world }: Parts, { request, response }: Exchange, id: string): void {
  world.downloads.push(id);
  const file = world.files.get(id);
  const token = world.tokens.get(request.headers.authorization?.replace(/^Bearer /, "") ?? "");
  if (file === undefined) response.writeHead(404).end();
  else if (token?.state === "active" && token.scopes.has("files:read")) {
    response.writeHead(200, { "content-type": file.mimetype }).end(file.content);
  } else {
    const page = "<!DOCTYPE html><html><title>Slack</title>Sign in</html>";
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  }
}

/** The install page: whoever comes agrees at once, unless decided otherwise, and goes back with a code. */
function authorize({ world }: Parts, { response, url }: Exchange): void {
  const redirect = url.searchParams.get("redirect_uri");
  const decision = world.installDecision;
  world.installDecision = {};
  const workspace = chooseWorkspace(world, decision.teamId ?? url.searchParams.get("team"));
  if (workspace === undefined || url.searchParams.get("client_id") !== world.app.clientId) {
    response.writeHead(400).end("invalid_client_id");
    return;
  }
  const code = world.newId("code-");
  const redirectUri = redirect !== null && { redirectUri: redirect };
  const scopes = decision.scopes ?? url.searchParams.get("scope")?.split(",");
  const asked = scopes !== undefined && { scopes };
  const { teamId } = workspace;
  world.installCodes.set(code, { ...decision, teamId, ...redirectUri, ...asked });
  const target = new URL(redirect ?? `${world.origin}/no-redirect-uri`);
  if (decision.denied) target.searchParams.set("error", "access_denied");
  else target.searchParams.set("code", code);
  target.searchParams.set("state", url.searchParams.get("state") ?? "");
  response.writeHead(302, { location: target.href }).end();
}

function chooseWorkspace(world: World, teamId: string | null) {
  const all = [...world.workspaces.values()];
  return world.workspaces.get(teamId ?? "") ?? all.find(({ installed }) => !installed) ?? all[0];
}
