import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChatPlace, openDiscordPlace, openSlackPlace, type Spoken } from "./chat-places.ts";
import { startStubProcess, type Urls } from "./turn.ts";

const BOTS = [
  "bare",
  "bare, stores",
  "Troupe",
  "Troupe, SLACK_ACK=kept",
  "Troupe, embedded",
] as const;

/** Medians in milliseconds from the mention, and how many times the bare bot's they are. */
export type ChatRow = {
  platform: string;
  bot: (typeof BOTS)[number];
  /** Slack's alone: Discord has no acknowledgement of messages. */
  ackMs: number | null;
  ackRatio: number | null;
  signMs: number;
  signRatio: number;
  replyMs: number;
  replyRatio: number;
};

export type LoadRow = {
  platform: string;
  what: string;
  perSecond: number;
  seconds: number;
  answered: string;
  slowestAckMs: number | null;
  medianReplyMs: number;
};

const PLATFORMS = { Slack: openSlackPlace, Discord: openDiscordPlace };
const LOOK_EVERY_MS = 1;
const GIVE_UP_MS = 30_000;

// A bot may end what an answer leaves to do before the next question; the steady pace gives no rest.
const REST_MS = 20;

type Times = { ackMs: number | null; signMs: number; replyMs: number };

type Options = { slices: number; mentionsPerSlice: number; perSecond: number; seconds: number };

// Node optimises what has run often; a bot that has just started is another measure.
const WARM_UP_SLICES = 3;

/**
 * Troupe on Postgres and Redis, acknowledging in both ways, and embedded, with a model that answers at once, and a bare echo bot, which also runs with one
 * insert before anything else, in alternating slices of one run.
 */
export async function benchChat(
  [urls, otherUrls]: readonly [Urls, Urls],
  options: Options,
): Promise<{ rows: ChatRow[]; loads: LoadRow[] }> {
  const stub = await startStubProcess();
  const rows: ChatRow[] = [];
  const loads: LoadRow[] = [];
  for (const [platform, open] of Object.entries(PLATFORMS)) {
    const places = await Promise.all(BOTS.map(() => open()));
    const [bare, storing, ours, keeping, embedded] = places as [
      ChatPlace,
      ChatPlace,
      ChatPlace,
      ChatPlace,
      ChatPlace,
    ];
    const echoes = [await startEcho(bare), await startEcho(storing, urls.databaseUrl)];
    const troupe = await startTroupe(ours, urls, stub.url);
    const others = [
      await startTroupe(keeping, otherUrls, stub.url, { SLACK_ACK: "kept" }),
      await startTroupe(embedded, {}, stub.url),
    ];
    const times: Times[][] = BOTS.map(() => []);
    for (let slice = -WARM_UP_SLICES; slice < options.slices; slice++) {
      for (const [index, place] of places.entries()) {
        const measured = await ask(place, options);
        if (slice >= 0) times[index]?.push(...measured);
      }
    }
    rows.push(
      ...BOTS.map((bot, index) => toRow({ platform, bot }, times[index] ?? [], times[0] ?? [])),
    );
    for (const echo of echoes) echo.kill("SIGKILL");
    await Promise.all(others.map((other) => other.stop()));
    for (const [what, speak] of Object.entries(ours.paced)) {
      loads.push({ platform, what, ...(await load(speak, options)) });
    }
    for (const violation of places.flatMap((place) => place.violations())) console.error(violation);
    await troupe.stop();
    await Promise.all(places.map((place) => place.close()));
  }
  stub.stop();
  return { rows, loads };
}

async function ask(
  place: ChatPlace,
  { mentionsPerSlice }: { mentionsPerSlice: number },
): Promise<Times[]> {
  const times: Times[] = [];
  for (let n = 0; n < mentionsPerSlice; n++) {
    times.push(await watch(place.mention()));
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }
  return times;
}

/** Mentions at a steady pace, whatever becomes of them. */
async function load(
  speak: () => Spoken,
  { perSecond, seconds }: Options,
): Promise<Omit<LoadRow, "platform" | "what">> {
  const running: Promise<Times>[] = [];
  const startedAt = performance.now();
  for (let n = 0; n < perSecond * seconds; n++) {
    const dueMs = (n * 1000) / perSecond - (performance.now() - startedAt);
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    running.push(watch(speak(), 25));
  }
  const times = await Promise.all(running);
  const acks = times.flatMap(({ ackMs }) => (ackMs === null ? [] : [ackMs]));
  return {
    perSecond,
    seconds,
    answered: `${times.filter(({ replyMs }) => replyMs < GIVE_UP_MS).length} of ${times.length}`,
    slowestAckMs: acks.length > 0 ? Math.round(Math.max(...acks)) : null,
    medianReplyMs: toTenths(median(times.map(({ replyMs }) => replyMs))),
  };
}

async function watch(mention: Spoken, lookEveryMs = LOOK_EVERY_MS): Promise<Times> {
  const startedAt = performance.now();
  const passed = () => performance.now() - startedAt;
  let signMs: number | undefined;
  while (passed() < GIVE_UP_MS) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    if (signMs === undefined && mention.hasSign()) signMs = passed();
    const isAcked = mention.ackMs() !== undefined;
    if (isAcked && mention.hasReply()) break;
  }
  const replyMs = passed();
  return { ackMs: mention.ackMs() ?? null, signMs: signMs ?? replyMs, replyMs };
}

async function startEcho(place: ChatPlace, databaseUrl?: string): Promise<ChildProcess> {
  const env = {
    ...process.env,
    ...(databaseUrl !== undefined && { ECHO_DATABASE_URL: databaseUrl }),
  };
  const child = fork(new URL("./echo-bot.ts", import.meta.url), place.echoArgs, { env });
  await once(child, "message");
  return child;
}

async function startTroupe(
  place: ChatPlace,
  urls: Urls,
  stubUrl: string,
  env: Record<string, string> = {},
) {
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-chat-"));
  const child = spawn(process.execPath, ["src/main.ts"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"],
      DATA_DIR: dataDir,
      PORT: "0",
      LOG_LEVEL: "warn",
      OPENAI_COMPATIBLE: JSON.stringify([{ name: "stub", baseUrl: stubUrl }]),
      DEFAULT_MODEL: "stub/stub",
      ...(urls.databaseUrl !== undefined && { DATABASE_URL: urls.databaseUrl }),
      ...(urls.redisUrl !== undefined && { REDIS_URL: urls.redisUrl }),
      ...place.env,
      ...env,
    },
  });
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error("Troupe ended before it was ready")));
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Troupe is ready")) resolve();
    });
  });
  return {
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function toRow(
  { platform, bot }: Pick<ChatRow, "platform" | "bot">,
  times: Times[],
  bare: Times[],
): ChatRow {
  const measure = (key: keyof Times): [ms: number | null, ratio: number | null] => {
    const [own, least] = [medianOf(times, key), medianOf(bare, key)];
    if (own === undefined || least === undefined) return [null, null];
    return [toTenths(own), toTenths(own / least)];
  };
  const [ackMs, ackRatio] = measure("ackMs");
  const [signMs, signRatio] = measure("signMs") as [number, number];
  const [replyMs, replyRatio] = measure("replyMs") as [number, number];
  return { platform, bot, ackMs, ackRatio, signMs, signRatio, replyMs, replyRatio };
}

/** Undefined where nothing was measured. */
function medianOf(times: Times[], key: keyof Times): number | undefined {
  const values = times.flatMap((each) => each[key] ?? []);
  return values.length > 0 ? median(values) : undefined;
}

function toTenths(value: number): number {
  return Math.round(value * 10) / 10;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
