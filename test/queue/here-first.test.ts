import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { type BullQueueOptions, createBullQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import type { JobHandler, JobQueue } from "../../src/queue/job-queue.ts";
import { requirePostgres, requireRedis } from "../support/services.ts";
import { until } from "../support/until.ts";

const redis = await requireRedis();
const postgres = await requirePostgres();
const database = await postgres?.createDatabase();
afterAll(() => database?.drop());

const places: { name: string; on?: BullQueueOptions["on"] }[] = [
  { name: "Redis", ...(redis && { on: { redisUrl: redis.url, prefix: redis.prefix } }) },
  { name: "Postgres", ...(database && { on: { postgresUrl: database.url } }) },
];

describe.each(places)("a lane worked here first, on $name", ({ on }) => {
  const queues: JobQueue[] = [];
  let lane = "";
  let lanes = 0;
  beforeEach(() => {
    lane = `conversations-${(lanes += 1)}`;
  });
  afterEach(() => Promise.all(queues.splice(0).map((queue) => queue.close(0))));

  async function open(): Promise<JobQueue> {
    if (!on) throw new Error("not reachable");
    const queue = await createBullQueue({ log: silentLog, on });
    queues.push(queue);
    return queue;
  }

  /** A handler that notes what it runs and holds it until `release`. */
  function createHolding() {
    const ran: string[] = [];
    const held: (() => void)[] = [];
    const handler: JobHandler = (id, signal) => {
      ran.push(id);
      return new Promise((resolve, reject) => {
        held.push(resolve);
        signal.addEventListener("abort", () => reject(new Error("cut off")));
      });
    };
    return { ran, handler, release: () => held.splice(0).forEach((resolve) => resolve()) };
  }

  it.skipIf(!on)("runs what this process enqueues without another taking it", async () => {
    const [mine, other] = [await open(), await open()];
    const [here, there] = [createHolding(), createHolding()];
    await other.work(lane, there.handler, { concurrency: 4, hereFirst: true });
    await mine.work(lane, here.handler, { concurrency: 4, hereFirst: true });
    for (const id of ["a", "b", "c"]) await mine.enqueue(lane, id);
    await until(() => here.ran.length === 3);
    expect(await mine.waiting(lane)).toBe(0);
    here.release();
    expect(there.ran).toEqual([]);
  });

  it.skipIf(!on)("lets the queue carry what finds no free place", async () => {
    const [mine, other] = [await open(), await open()];
    const [here, there] = [createHolding(), createHolding()];
    await mine.work(lane, here.handler, { concurrency: 1, hereFirst: true });
    await mine.enqueue(lane, "a");
    await until(() => here.ran.length === 1);
    await other.work(lane, there.handler, { concurrency: 4, hereFirst: true });
    for (const id of ["b", "c", "d"]) await mine.enqueue(lane, id);
    await until(() => {
      there.release();
      return new Set([...there.ran, ...here.ran]).size === 4;
    });
    expect(there.ran.length).toBeGreaterThan(0);
    here.release();
  });

  it.skipIf(!on)(
    "runs an id once more after its end, however often it came meanwhile",
    async () => {
      const mine = await open();
      const here = createHolding();
      await mine.work(lane, here.handler, { concurrency: 2, hereFirst: true });
      await mine.enqueue(lane, "a");
      await until(() => here.ran.length === 1);
      for (let again = 0; again < 3; again++) await mine.enqueue(lane, "a");
      here.release();
      await until(() => here.ran.length === 2);
      here.release();
      await mine.enqueue(lane, "b");
      await until(() => here.ran.includes("b"));
      expect(here.ran).toEqual(["a", "a", "b"]);
      here.release();
    },
  );

  it.skipIf(!on)("repeats a run that was rejected", async () => {
    const mine = await open();
    let runs = 0;
    const handler = async () => {
      runs++;
      if (runs === 1) throw new Error("the database went away");
    };
    await mine.work(lane, handler, { concurrency: 2, hereFirst: true });
    await mine.enqueue(lane, "a");
    await until(() => runs > 1);
    expect(runs).toBe(2);
  });

  it.skipIf(!on)("hands over what is cut off by a shutdown", async () => {
    const [mine, other] = [await open(), await open()];
    const [here, there] = [createHolding(), createHolding()];
    await mine.work(lane, here.handler, { concurrency: 4, hereFirst: true });
    await mine.enqueue(lane, "a");
    await until(() => here.ran.length === 1);
    await mine.enqueue(lane, "a");
    await mine.close(0);
    await other.work(lane, there.handler, { concurrency: 4, hereFirst: true });
    await until(() => there.ran.length === 1);
    expect(there.ran).toEqual(["a"]);
    there.release();
  });
});
