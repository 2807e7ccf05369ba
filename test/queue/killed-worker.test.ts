import { type ChildProcess, spawn } from "node:child_process";

import { afterEach, describe, expect, it } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { type BullQueueOptions, createBullQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import type { JobQueue } from "../../src/queue/job-queue.ts";
import { requirePostgres, requireRedis } from "../support/services.ts";
import { until } from "../support/until.ts";

const STUCK_WORKER = new URL("../support/stuck-worker.ts", import.meta.url).pathname;
const lane = "turns";
const LOCK_MS = 3_000;

const redis = await requireRedis();
const postgres = await requirePostgres();

describe("a worker process that is killed in the middle of a job", () => {
  const children: ChildProcess[] = [];
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const startStuckWorker = (where: object): { child: ChildProcess; output: () => string } => {
    const child = spawn(
      process.execPath,
      [STUCK_WORKER, JSON.stringify(where), lane, String(LOCK_MS)],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    children.push(child);
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    return { child, output: () => text };
  };

  const openQueue = async (on: BullQueueOptions["on"]): Promise<JobQueue> => {
    const queue = await createBullQueue({ log: silentLog, on, lockMs: LOCK_MS });
    cleanups.push(() => queue.close(0));
    return queue;
  };

  const runAfterKill = async (
    on: { redisUrl: string; prefix: string } | { postgresUrl: string },
  ) => {
    const queue = await openQueue(on);
    const stuck = startStuckWorker(on);
    await queue.enqueue(lane, "a");
    await until(() => stuck.output().includes("started a"));
    await queue.enqueue(lane, "a");
    stuck.child.kill("SIGKILL");
    const ran: string[] = [];
    await queue.work(lane, async (id) => void ran.push(id), { concurrency: 1 });
    await until(() => ran.length === 2);
    return ran;
  };

  it.skipIf(!redis)("has its job taken over on Redis", async () => {
    const ran = await runAfterKill({ redisUrl: redis?.url ?? "", prefix: redis?.prefix ?? "" });
    expect(ran).toEqual(["a", "a"]);
  });

  it.skipIf(!postgres)("has its job taken over on Postgres", async () => {
    const database = await postgres?.createDatabase();
    cleanups.push(() => database?.drop());
    const ran = await runAfterKill({ postgresUrl: database?.url ?? "" });
    expect(ran).toEqual(["a", "a"]);
  });
});
