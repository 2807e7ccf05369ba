import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "../src/app.ts";
import { newId } from "../src/base/ids.ts";
import { subscribeToBehaviorChanges } from "../src/behaviors/behavior-change.ts";
import { reviseBehavior } from "../src/behaviors/lifecycle/revise-behavior.ts";
import { receiveMessage } from "../src/rooms/messages/receive-message.ts";
import { subscribeToRoom } from "../src/rooms/room-events.ts";
import { startBenchApp, startStubProcess, type Urls } from "./turn.ts";

export type HotChangeRow = {
  queue: string;
  /** From the change's commit in one process to its news in another one. */
  newsMedianMs: number;
  newsP95Ms: number;
  /** Turns, begun in the other process right after the commit, that ran another revision. */
  staleTurns: number;
  changes: number;
};

export type SizeRow = {
  agents: number;
  behaviors: number;
  startMs: number;
  rssMb: number;
  turnMedianMs: number;
};

const CHANGES = 40;
const TURNS = 60;
const MANY = { agents: 10_000, behaviors: 1_000 };

/** A behavior is revised in one process while another one answers with it. */
export async function benchHotChanges(sizes: Record<string, Urls>): Promise<HotChangeRow[]> {
  const stub = await startStubProcess();
  const rows: HotChangeRow[] = [];
  for (const [queue, urls] of Object.entries(sizes)) {
    const dataDir = mkdtempSync(join(tmpdir(), "troupe-hot-"));
    const operator = await startBenchApp(dataDir, urls, stub.url);
    const worker = await startBenchApp(dataDir, urls, stub.url);
    rows.push({ queue, ...(await changeAndAsk(operator, worker)) });
    await Promise.all([operator.close(), worker.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
  stub.stop();
  return rows;
}

async function changeAndAsk(operator: App, worker: App): Promise<Omit<HotChangeRow, "queue">> {
  const { control } = operator;
  const name = "quiet_expert";
  await control.em().execute(
    `update agent set behavior_id = (select id from behavior where name = ?)
     where slug = 'sage'`,
    [name],
  );
  const latencies: number[] = [];
  let committedAt = 0;
  let heard: (() => void) | undefined;
  subscribeToBehaviorChanges(worker.control.queue, ({ kind }) => {
    if (kind !== "revised" || !heard) return;
    latencies.push(performance.now() - committedAt);
    heard();
  });
  let staleTurns = 0;
  for (let change = 0; change < CHANGES; change++) {
    const news = new Promise<void>((resolve) => (heard = resolve));
    const script = `return { personality = { tone = "formal" } } -- change ${change}`;
    const scope = { ...control, em: control.em() };
    const behavior = await reviseBehavior(scope, name, { script, by: "bench" });
    committedAt = performance.now();
    const turnId = await ask(worker, `hot-${change}`, "@sage hello");
    const [row] = await control
      .em()
      .execute<{ same: boolean }[]>(
        `select behavior_revision_id = ? as same from turn where id = ?`,
        [behavior.currentRevisionId, turnId],
      );
    if (row?.same !== true) staleTurns++;
    // The first ones also set the subscription up.
    await Promise.race([news, new Promise((resolve) => setTimeout(resolve, 1000))]);
  }
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Infinity;
  return { newsMedianMs: at(0.5), newsP95Ms: at(0.95), staleTurns, changes: CHANGES };
}

/** Starting, memory and a turn, with the samples alone and with many more agents and behaviors. */
export async function benchSizes(urls: Urls): Promise<SizeRow[]> {
  const stub = await startStubProcess();
  const few = await measureSize(urls, stub.url, "sage");
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-many-"));
  const app = await startBenchApp(dataDir, urls, stub.url);
  await fill(app);
  await app.close();
  rmSync(dataDir, { recursive: true, force: true });
  const many = await measureSize(urls, stub.url, "agent-7777");
  stub.stop();
  return [
    { agents: 3, behaviors: 11, ...few },
    { ...MANY, ...many },
  ];
}

async function fill({ control }: App): Promise<void> {
  const em = control.em();
  await em.execute(
    `insert into behavior (id, name, role, current_revision_id, created_at, updated_at)
     select gen_random_uuid(), 'behavior-' || n, 'role-' || n, null, now(), now()
     from generate_series(1, ${MANY.behaviors}) n`,
  );
  await em.execute(
    `with revision as (
       insert into behavior_revision (id, behavior_id, number, script, sha256, created_at)
       select gen_random_uuid(), id, 1, 'return { personality = { tone = "warm" } }', name, now()
       from behavior where current_revision_id is null returning id, behavior_id
     ) update behavior set current_revision_id = revision.id from revision where behavior.id = behavior_id`,
  );
  await em.execute(
    `insert into agent (id, slug, name, role, system_prompt, created_at, updated_at)
     select gen_random_uuid(), 'agent-' || n, 'Agent ' || n, 'role-' || (n % ${MANY.behaviors}), 'You help.', now(), now()
     from generate_series(1, ${MANY.agents}) n`,
  );
  await em.execute("analyze");
}

async function measureSize(
  urls: Urls,
  stubUrl: string,
  slug: string,
): Promise<Pick<SizeRow, "startMs" | "rssMb" | "turnMedianMs">> {
  // The first start may make the tables and load the samples.
  await startOnce(urls, stubUrl);
  const { startMs, rssMb } = await startOnce(urls, stubUrl);
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-size-"));
  const app = await startBenchApp(dataDir, urls, stubUrl);
  const times: number[] = [];
  for (let turn = -10; turn < TURNS; turn++) {
    const startedAt = performance.now();
    await ask(app, `size-${slug}`, `@${slug} hello`);
    if (turn >= 0) times.push(performance.now() - startedAt);
  }
  await app.close();
  rmSync(dataDir, { recursive: true, force: true });
  const turnMedianMs = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] as number;
  return { startMs, rssMb, turnMedianMs };
}

/** A process of its own: how long until it is ready, and how large it is then. */
async function startOnce(urls: Urls, stubUrl: string): Promise<{ startMs: number; rssMb: number }> {
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-start-"));
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["src/main.ts"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"],
      DATA_DIR: dataDir,
      PORT: "0",
      LOG_LEVEL: "warn",
      OPENAI_COMPATIBLE: JSON.stringify([{ name: "stub", baseUrl: stubUrl }]),
      ...(urls.databaseUrl !== undefined && { DATABASE_URL: urls.databaseUrl }),
      ...(urls.redisUrl !== undefined && { REDIS_URL: urls.redisUrl }),
    },
  });
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Troupe is ready")) resolve();
    });
  });
  const startMs = performance.now() - startedAt;
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const rssMb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  child.kill("SIGTERM");
  await once(child, "exit");
  rmSync(dataDir, { recursive: true, force: true });
  return { startMs, rssMb };
}

/** Says something in a console room through this process and answers the id of the turn that answered. */
async function ask({ control }: App, room: string, text: string): Promise<string> {
  const roomKey = `console:${room}`;
  const { id } = await control.directory.room(roomKey);
  let posted = 0;
  let stop = () => {};
  const answered = new Promise<void>((resolve) => {
    stop = subscribeToRoom(control.queue, id, ({ type }) => {
      if (type === "MessagePosted" && ++posted === 2) resolve();
    });
  });
  const person = { externalId: "ana", name: "Ana" };
  const { turnIds } = await receiveMessage(control, { roomKey, person, text, externalId: newId() });
  await answered;
  stop();
  return turnIds[0] ?? "";
}
