import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, startApp } from "../src/app.ts";
import { parseConfig } from "../src/base/config.ts";
import { newId } from "../src/base/ids.ts";
import { createLog } from "../src/base/log.ts";
import type { ModelMessage } from "../src/llm/language-model.ts";
import { createChatCompletionsModel } from "../src/llm/openai/chat-completions-model.ts";
import { receiveMessage } from "../src/rooms/messages/receive-message.ts";
import { subscribeToRoom } from "../src/rooms/room-events.ts";
import { type LowerBound, openLowerBound } from "./lower-bound.ts";

export type TurnRow = {
  size: string;
  concurrency: number;
  boundMs: number;
  turnMs: number;
  /** The model call alone, with the same prompt and at the same concurrency. */
  modelMs: number;
  /** The turn without its model call, against the bare minimum with its own. */
  overheadRatio: number;
  ratio: number;
  turnsPerSecond: number;
};

const QUESTION =
  "Please tell me, in a few words, what we should look at first tomorrow morning, and why?";

/** Turns against the bare minimum on the same database, in alternating slices of one run. */
export async function benchTurns(
  sizes: Record<string, Urls>,
  options: { slices: number; turnsPerSlice: number },
): Promise<TurnRow[]> {
  const stub = await startStubProcess();
  const callModel = createModelCall(stub.url);
  const rows: TurnRow[] = [];
  for (const [size, urls] of Object.entries(sizes)) {
    const dataDir = mkdtempSync(join(tmpdir(), "troupe-bench-"));
    const app = await startBenchApp(dataDir, urls, stub.url);
    const bound = await openLowerBound(app, stub.url);
    for (const concurrency of [1, 16, 64]) {
      rows.push(await compare(app, { bound, callModel }, { size, concurrency, ...options }));
    }
    await app.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  stub.stop();
  return rows;
}

/** The stub in a process of its own, so that its work is nobody's overhead. */
export async function startStubProcess(): Promise<{ url: string; stop(): void }> {
  const child = fork(new URL("./turn-stub.ts", import.meta.url));
  const [url] = (await once(child, "message")) as [string];
  return { url, stop: () => child.disconnect() };
}

export function startBenchApp(dataDir: string, urls: Urls, stubUrl: string): Promise<App> {
  return startApp(toConfig(dataDir, urls, stubUrl), ["web", "worker"], createLog("warn"));
}

export type Urls = { databaseUrl?: string; redisUrl?: string };

async function compare(
  app: App,
  { bound, callModel }: { bound: LowerBound; callModel: () => Promise<void> },
  options: { size: string; concurrency: number; slices: number; turnsPerSlice: number },
): Promise<TurnRow> {
  const { size, concurrency, slices, turnsPerSlice } = options;
  const talk = await openTalk(app, concurrency);
  await inParallel(concurrency, 300, talk);
  await inParallel(concurrency, 300, bound.run);
  await inParallel(concurrency, 300, callModel);
  const slicesRun: { bound: number; turn: number; model: number }[] = [];
  for (let slice = 0; slice < slices; slice++) {
    slicesRun.push({
      bound: await inParallel(concurrency, turnsPerSlice, bound.run),
      turn: await inParallel(concurrency, turnsPerSlice, talk),
      model: await inParallel(concurrency, turnsPerSlice, callModel),
    });
  }
  const of = (read: (slice: (typeof slicesRun)[number]) => number) => median(slicesRun.map(read));
  const turnMs = of(({ turn }) => turn);
  return {
    size,
    concurrency,
    boundMs: of((slice) => slice.bound),
    turnMs,
    modelMs: of(({ model }) => model),
    overheadRatio: of((slice) => (slice.turn - slice.model) / slice.bound),
    ratio: of((slice) => slice.turn / slice.bound),
    turnsPerSecond: 1000 / turnMs,
  };
}

/** The model call of a turn and nothing else: same adapter, same size of prompt. */
function createModelCall(stubUrl: string): () => Promise<void> {
  const model = createChatCompletionsModel({ provider: "stub", baseUrl: stubUrl });
  const answer = "word ".repeat(200);
  const messages = Array.from({ length: 28 }, (_, index): ModelMessage =>
    index % 2 === 0
      ? { role: "user", text: QUESTION }
      : { role: "assistant", text: answer, toolCalls: [] },
  );
  const request = {
    model: "stub",
    system: QUESTION.repeat(20),
    messages: [...messages, { role: "user", text: QUESTION } as const],
    tools: [],
    maxOutputTokens: 4096,
    thinkingTokens: 0,
    timeoutMs: 60_000,
  };
  const { signal } = new AbortController();
  return async () => {
    for await (const event of model.stream(request, signal)) {
      if (event.type === "failed") throw new Error(event.error.message);
    }
  };
}

/** Milliseconds per piece of work, `count` pieces in `lanes` lanes. */
export async function inParallel(
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
export async function openTalk(app: App, lanes: number): Promise<(lane: number) => Promise<void>> {
  const run = newId().slice(-12);
  const replied: (() => void)[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    const room = await app.control.directory.room(`console:bench-${run}-${lane}`);
    let posted = 0;
    subscribeToRoom(app.control.queue, room.id, (event) => {
      if (event.type === "MessagePosted" && ++posted % 2 === 0) replied[lane]?.();
    });
  }
  let asked = 0;
  return async (lane) => {
    const answered = new Promise<void>((settle) => {
      replied[lane] = settle;
    });
    await receiveMessage(app.control, {
      roomKey: `console:bench-${run}-${lane}`,
      person: { externalId: `person-${lane}`, name: `Person ${lane}` },
      // Each a question of its own: the same one again would be noted as a retry of the answer.
      text: `${QUESTION} (${++asked})`,
      externalId: newId(),
    });
    await answered;
  };
}

function toConfig(dataDir: string, { databaseUrl, redisUrl }: Urls, stubUrl: string) {
  return parseConfig({
    DATA_DIR: dataDir,
    PORT: "0",
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    OPENAI_COMPATIBLE: JSON.stringify([{ name: "stub", baseUrl: stubUrl }]),
    DEFAULT_MODEL: "stub/stub",
  });
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
