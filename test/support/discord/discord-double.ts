import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ControlVerbs } from "./control.ts";
import { createControlVerbs, runControlVerb } from "./control.ts";
import { createFaults } from "./faults.ts";
import { createGateway } from "./gateway.ts";
import { INTENTS } from "./intents.ts";
import { createJournal } from "./journal.ts";
import { createPeople } from "./people.ts";
import type { Limit } from "./rate-limits.ts";
import { createRateLimits } from "./rate-limits.ts";
import { createRestApi } from "./rest-api.ts";
import { ok, route } from "./route.ts";
import { findFile } from "./store-uploads.ts";
import type { World } from "./world.ts";
import { createWorld } from "./world.ts";

export type DiscordDoubleOptions = {
  port?: number;
  token?: string;
  now?: () => number;
  /** Privileged intents switched on; message content alone unless told. */
  grantedIntents?: number;
  heartbeatMs?: number;
  /** Recommended shards. */
  shards?: number;
  /** Identifies per five seconds; with `enforceConcurrency` more get INVALID_SESSION. */
  maxConcurrency?: number;
  enforceConcurrency?: boolean;
  /** Per `METHOD /path`; generous unless told, `DISCORD_LIMITS` for the real ones. */
  limits?: Record<string, Limit>;
  globalPerSecond?: number;
  /** Three seconds on Discord. */
  answerWithinMs?: number;
  /** Fifteen minutes on Discord. */
  tokenLifeMs?: number;
};

type FileDownload = { url: string; headers: IncomingMessage["headers"] };

export type DiscordDouble = Awaited<ReturnType<typeof startDiscordDouble>>;

const DEFAULTS = {
  port: 0,
  token: "MTExMTExMTExMTExMTExMTEx.Gdouble.discord-double-token",
  now: Date.now,
  grantedIntents: INTENTS.MESSAGE_CONTENT,
  heartbeatMs: 41_250,
  shards: 1,
  maxConcurrency: 1,
  enforceConcurrency: false,
  limits: {},
  globalPerSecond: 5000,
  answerWithinMs: 30_000,
  tokenLifeMs: 900_000,
} satisfies DiscordDoubleOptions;

/**
 * A Discord on loopback for the real discord.js: REST v10, gateway v10, attachments, and verbs to
 * act as people and as misfortune. Point a client at it with `new Client({ rest: { api, cdn } })`.
 */
export async function startDiscordDouble(options: DiscordDoubleOptions = {}) {
  const settings = { ...DEFAULTS, ...options };
  const { now, port: wanted, token, grantedIntents } = settings;
  const server = createServer();
  server.listen(wanted, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const world = createWorld({ token, now, cdnUrl: () => `${origin}/cdn`, grantedIntents });
  const journal = createJournal(now);
  const faults = createFaults();
  const gateway = createGateway(server, world, {
    ...settings,
    url: () => `ws://127.0.0.1:${port}`,
  });
  const { limits: perRoute, globalPerSecond } = settings;
  const limits = createRateLimits({ perRoute, globalPerSecond }, now);
  const describe = () => ok(gateway.describe(settings.shards));
  const rest = createRestApi({
    world,
    faults,
    limits,
    journal,
    extra: [route({ method: "GET", path: "/gateway/bot", run: describe })],
  });
  const people = createPeople(world, settings);
  const downloads: FileDownload[] = [];
  const identity = {
    api: `${origin}/api`,
    cdn: `${origin}/cdn`,
    token,
    botId: world.bot.id,
    applicationId: world.applicationId,
  };
  const verbs = createControlVerbs({ people, gateway, faults, journal, identity });
  server.on("request", (request, response) => {
    void serve({ world, rest, verbs, downloads }, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  return {
    ...people,
    ...identity,
    origin,
    gateway,
    faults,
    /** Every REST request so far, oldest first. */
    requests: journal.requests,
    /** Requests that broke a documented rule. */
    violations: journal.violations,
    /** Requests for files so far. */
    downloads,
    /** The token is worthless from now on: 401 on REST, 4004 on the gateway. */
    revokeToken: () => {
      world.token = undefined;
      gateway.drop({ code: 4004 });
    },
    close: async () => {
      gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function serve(
  parts: {
    world: World;
    rest: ReturnType<typeof createRestApi>;
    verbs: ControlVerbs;
    downloads: FileDownload[];
  },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? "/";
  const api = /^\/api\/v10(\/.*)$/.exec(url)?.[1];
  if (api !== undefined) return void (await parts.rest(request, response, api));
  const verb = /^\/control\/(\w+)$/.exec(url)?.[1];
  if (verb !== undefined) {
    const { status, body } = runControlVerb(parts.verbs, verb, await text(request));
    return void response.writeHead(status).end(JSON.stringify(body));
  }
  if (url.startsWith("/cdn")) parts.downloads.push({ url, headers: request.headers });
  const file = findFile(parts.world, url.replace(/^\/cdn/, ""));
  if (!file) return void response.writeHead(404).end("This content is no longer available.");
  response.writeHead(200, { "Content-Type": file.contentType }).end(file.data);
}
