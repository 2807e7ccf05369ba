import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "./api-error.ts";
import { applicationRoutes } from "./application-routes.ts";
import { channelRoutes } from "./channel-routes.ts";
import { checkBody } from "./check-body.ts";
import { commandRoutes } from "./command-routes.ts";
import type { Fault, Faults } from "./faults.ts";
import { guildRoutes } from "./guild-routes.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import { messageRoutes } from "./message-routes.ts";
import type { createRateLimits } from "./rate-limits.ts";
import { toRateLimited } from "./rate-limits.ts";
import { readRequest } from "./read-request.ts";
import type { Route } from "./route.ts";
import { webhookRoutes } from "./webhook-routes.ts";
import type { World } from "./world.ts";

type Parts = {
  world: World;
  faults: Faults;
  limits: ReturnType<typeof createRateLimits>;
  journal: Journal;
  /** Routes that need more than the world, such as `GET /gateway/bot`. */
  extra: Route[];
};
type Found = { route: Route; params: Record<string, string> };
type Reply = { status: number; headers?: Record<string, string>; body?: unknown };

/** Handles everything below `/api/v10`; `path` is what follows it, `query` included. */
export function createRestApi(parts: Parts) {
  const routes = [
    ...parts.extra,
    ...messageRoutes,
    ...channelRoutes,
    ...guildRoutes,
    ...webhookRoutes,
    ...commandRoutes,
    ...applicationRoutes,
  ];
  return async (request: IncomingMessage, response: ServerResponse, path: string) => {
    const url = new URL(path, "http://discord.test");
    const method = request.method ?? "GET";
    const found = findRoute(routes, method, url.pathname);
    const name = found?.route.path ?? url.pathname;
    const fault = parts.faults.take(method, name);
    const entry = parts.journal.begin(method, name, url.pathname);
    await delay(fault, "before");
    if (fault?.kind === "lostRequest") return request.socket.resetAndDestroy();
    const reply = scripted(fault) ?? (await answer({ parts, request, url, found, entry }));
    parts.journal.end(entry, reply);
    await delay(fault, "after");
    if (fault?.kind === "lostResponse") return loseResponse(request, fault.how ?? "reset");
    send(response, reply);
  };
}

async function delay(fault: Fault | undefined, when: "before" | "after"): Promise<void> {
  if (fault?.kind === "delay" && (fault.when ?? "before") === when) await sleep(fault.ms);
}

function scripted(fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === "rateLimit") return toRateLimited({ global: false, ...fault });
  if (fault?.kind !== "status") return undefined;
  const body = fault.body ?? { message: `${fault.status}: scripted`, code: 0 };
  return { status: fault.status, body };
}

async function answer(input: {
  parts: Parts;
  request: IncomingMessage;
  url: URL;
  found: Found | undefined;
  entry: JournalEntry;
}): Promise<Reply> {
  const { parts, request, url, found, entry } = input;
  const { world } = parts;
  try {
    const { body, files } = await readRequest(request);
    entry.body = body;
    entry.files = files.map(({ filename }) => filename);
    if (!found) throw new ApiError("notFound");
    const { route, params } = found;
    if (!route.open) requireToken(world, request.headers.authorization);
    const exempt = route.path.startsWith("/interactions");
    const major = params["channel"] ?? params["guild"] ?? params["token"] ?? "";
    const verdict = parts.limits.check(`${route.method} ${route.path}`, major, exempt);
    if (verdict.refused) {
      const limited = toRateLimited(verdict.refused);
      return { ...limited, headers: { ...verdict.headers, ...limited.headers } };
    }
    const checked = route.body ? checkBody(route.body, body ?? {}) : undefined;
    const reply = route.run({ world, params, query: url.searchParams, body: checked, files });
    noteIgnored(parts.journal, entry);
    return { ...reply, headers: verdict.headers };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 50035) parts.journal.violate(entry, error.toBody());
    return { status: error.status, body: error.toBody() };
  }
}

/** Discord takes a nonce on a webhook without a word and does nothing with it. */
function noteIgnored(journal: Journal, entry: JournalEntry): void {
  const body = (entry.body ?? {}) as { nonce?: unknown };
  if (entry.route === "/webhooks/:webhook/:token" && body.nonce != null) {
    journal.violate(entry, { message: "nonce is ignored on webhooks", code: 0 });
  }
}

function requireToken(world: World, header: string | undefined): void {
  if (world.token === undefined || header !== `Bot ${world.token}`) {
    throw new ApiError("unauthorized");
  }
}

function findRoute(routes: readonly Route[], method: string, path: string): Found | undefined {
  const given = path.split("/");
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.path.split("/"), given) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

function matchPath(
  pattern: readonly string[],
  given: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return params;
}

function loseResponse(request: IncomingMessage, how: "reset" | "close" | "hang"): void {
  if (how === "reset") request.socket.resetAndDestroy();
  if (how === "close") request.socket.destroy();
}

function send(response: ServerResponse, reply: Reply): void {
  const { status, headers = {}, body } = reply;
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  response
    .writeHead(status, { ...headers, "Content-Type": "application/json" })
    .end(JSON.stringify(body));
}
