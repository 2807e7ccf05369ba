import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChatPlace, type Mention, openDiscordPlace, openSlackPlace } from "./chat-places.ts";
import { startStubProcess, type Urls } from "./turn.ts";

export type ChatRow = {
  platform: string;
  bot: "bare" | "Troupe";
  /** Medians in milliseconds from the mention; the acknowledgement is Slack's alone. */
  ackMs: number | null;
  signMs: number;
  replyMs: number;
};

export type LoadRow = {
  platform: string;
  perSecond: number;
  seconds: number;
  answered: number;
  slowestAckMs: number | null;
  medianReplyMs: number;
};

const PLATFORMS = { Slack: openSlackPlace, Discord: openDiscordPlace };
const LOOK_EVERY_MS = 1;
const GIVE_UP_MS = 30_000;

type Times = { ackMs: number | null; signMs: number; replyMs: number };

/** Troupe, with a model that answers at once, and a bare echo bot, in alternating slices of one run. */
export async function benchChat(
  urls: Urls,
  options: { slices: number; mentionsPerSlice: number; perSecond: number; seconds: number },
): Promise<{ rows: ChatRow[]; loads: LoadRow[] }> {
  const stub = await startStubProcess();
  const rows: ChatRow[] = [];
  const loads: LoadRow[] = [];
  for (const [platform, open] of Object.entries(PLATFORMS)) {
    const [bare, ours] = [await open(), await open()];
    const echo = await startEcho(bare);
    const troupe = await startTroupe(ours, urls, stub.url);
    const times: Record<ChatRow["bot"], Times[]> = { bare: [], Troupe: [] };
    for (let slice = -1; slice < options.slices; slice++) {
      const slices = { bare: await ask(bare, options), Troupe: await ask(ours, options) };
      // The first one warms up.
      if (slice < 0) continue;
      times.bare.push(...slices.bare);
      times.Troupe.push(...slices.Troupe);
    }
    rows.push(toRow(platform, "bare", times.bare), toRow(platform, "Troupe", times.Troupe));
    loads.push({ platform, ...(await load(ours, options)) });
    for (const violation of [...bare.violations(), ...ours.violations()]) console.error(violation);
    echo.kill("SIGKILL");
    await troupe.stop();
    await Promise.all([bare.close(), ours.close()]);
  }
  stub.stop();
  return { rows, loads };
}

async function ask(
  place: ChatPlace,
  { mentionsPerSlice }: { mentionsPerSlice: number },
): Promise<Times[]> {
  const times: Times[] = [];
  for (let n = 0; n < mentionsPerSlice; n++) times.push(await watch(place.mention()));
  return times;
}

/** Mentions at a steady pace, whatever becomes of them. */
async function load(
  place: ChatPlace,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Omit<LoadRow, "platform">> {
  const running: Promise<Times>[] = [];
  const startedAt = performance.now();
  for (let n = 0; n < perSecond * seconds; n++) {
    const dueMs = (n * 1000) / perSecond - (performance.now() - startedAt);
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    running.push(watch(place.mention(), 25));
  }
  const times = await Promise.all(running);
  const acks = times.flatMap(({ ackMs }) => (ackMs === null ? [] : [ackMs]));
  return {
    perSecond,
    seconds,
    answered: times.filter(({ replyMs }) => replyMs < GIVE_UP_MS).length,
    slowestAckMs: acks.length > 0 ? Math.max(...acks) : null,
    medianReplyMs: median(times.map(({ replyMs }) => replyMs)),
  };
}

async function watch(mention: Mention, lookEveryMs = LOOK_EVERY_MS): Promise<Times> {
  const startedAt = performance.now();
  const passed = () => performance.now() - startedAt;
  let signMs: number | undefined;
  while (passed() < GIVE_UP_MS) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    if (signMs === undefined && mention.hasSign()) signMs = passed();
    if (mention.ackMs() !== undefined && mention.hasReply()) break;
  }
  const replyMs = passed();
  return { ackMs: mention.ackMs() ?? null, signMs: signMs ?? replyMs, replyMs };
}

async function startEcho(place: ChatPlace): Promise<ChildProcess> {
  const child = fork(new URL("./echo-bot.ts", import.meta.url), place.echoArgs);
  await once(child, "message");
  return child;
}

async function startTroupe(place: ChatPlace, urls: Urls, stubUrl: string) {
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

function toRow(platform: string, bot: ChatRow["bot"], times: Times[]): ChatRow {
  const acks = times.flatMap(({ ackMs }) => (ackMs === null ? [] : [ackMs]));
  return {
    platform,
    bot,
    ackMs: acks.length > 0 ? median(acks) : null,
    signMs: median(times.map(({ signMs }) => signMs)),
    replyMs: median(times.map(({ replyMs }) => replyMs)),
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
