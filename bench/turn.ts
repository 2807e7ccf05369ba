import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, startApp } from "../src/app.ts";
import { parseConfig } from "../src/base/config.ts";
import { newId } from "../src/base/ids.ts";
import { createLog } from "../src/base/log.ts";
import { receiveMessage } from "../src/rooms/receive-message.ts";
import { subscribeToRoom } from "../src/rooms/room-events.ts";
import { type LowerBound, openLowerBound } from "./lower-bound.ts";

export type TurnRow = {
  size: string;
  concurrency: number;
  boundMs: number;
  turnMs: number;
  ratio: number;
  turnsPerSecond: number;
};

const QUESTION =
  "Please tell me, in a few words, what we should look at first tomorrow morning, and why?";

/** Turns against the bare minimum on the same database, in alternating slices of one run. */
export async function benchTurns(
  sizes: Record<string, { databaseUrl?: string; redisUrl?: string }>,
  options: { slices: number; turnsPerSlice: number },
): Promise<TurnRow[]> {
  const stub = fork(new URL("./turn-stub.ts", import.meta.url));
  const [stubUrl] = (await once(stub, "message")) as [string];
  const rows: TurnRow[] = [];
  for (const [size, urls] of Object.entries(sizes)) {
    const dataDir = mkdtempSync(join(tmpdir(), "troupe-bench-"));
    const app = await startApp(
      toConfig(dataDir, urls, stubUrl),
      ["web", "worker"],
      createLog("warn"),
    );
    const bound = await openLowerBound(app, stubUrl);
    for (const concurrency of [1, 16, 64]) {
      rows.push(await compare(app, bound, { size, concurrency, ...options }));
    }
    await app.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  stub.disconnect();
  return rows;
}

async function compare(
  app: App,
  bound: LowerBound,
  options: { size: string; concurrency: number; slices: number; turnsPerSlice: number },
): Promise<TurnRow> {
  const { size, concurrency, slices, turnsPerSlice } = options;
  const talk = await openTalk(app, concurrency);
  await inParallel(concurrency, 300, talk);
  await inParallel(concurrency, 300, bound.run);
  const pairs: { bound: number; turn: number }[] = [];
  for (let slice = 0; slice < slices; slice++) {
    pairs.push({
      bound: await inParallel(concurrency, turnsPerSlice, bound.run),
      turn: await inParallel(concurrency, turnsPerSlice, talk),
    });
  }
  const boundMs = median(pairs.map((pair) => pair.bound));
  const turnMs = median(pairs.map((pair) => pair.turn));
  const ratio = median(pairs.map((pair) => pair.turn / pair.bound));
  return { size, concurrency, boundMs, turnMs, ratio, turnsPerSecond: 1000 / turnMs };
}

/** Milliseconds per piece of work, `count` pieces in `lanes` lanes. */
async function inParallel(
  lanes: number,
  count: number,
  work: (lane: number) => Promise<void>,
): Promise<number> {
  let left = count;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      while (left-- > 0) await work(lane);
    }),
  );
  return (performance.now() - startedAt) / count;
}

/** One room per lane: a message is sent, and the lane waits until its answer stands in the room. */
async function openTalk(app: App, lanes: number): Promise<(lane: number) => Promise<void>> {
  const run = newId().slice(-12);
  const replied: (() => void)[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    const room = await app.control.directory.room(`console:bench-${run}-${lane}`);
    let posted = 0;
    subscribeToRoom(app.control.queue, room.id, (event) => {
      if (event.type === "MessagePosted" && ++posted % 2 === 0) replied[lane]?.();
    });
  }
  return async (lane) => {
    const answered = new Promise<void>((settle) => {
      replied[lane] = settle;
    });
    await receiveMessage(app.control, {
      roomKey: `console:bench-${run}-${lane}`,
      person: { externalId: `person-${lane}`, name: `Person ${lane}` },
      text: QUESTION,
      externalId: newId(),
    });
    await answered;
  };
}

function toConfig(
  dataDir: string,
  { databaseUrl, redisUrl }: { databaseUrl?: string; redisUrl?: string },
  stubUrl: string,
) {
  return parseConfig({
    DATA_DIR: dataDir,
    PORT: "0",
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    OPENAI_COMPATIBLE: JSON.stringify([{ name: "stub", baseUrl: stubUrl }]),
    DEFAULT_MODEL: "stub/stub",
  });
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
