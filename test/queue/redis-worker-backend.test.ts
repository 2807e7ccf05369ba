import { Queue, type RedisQueueBackend, type WorkerOptions } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createRedisWorkerBackend } from "../../src/queue/bullmq/redis-worker-backend.ts";
import { requireRedis } from "../support/services.ts";

const server = await requireRedis();
const SHORT_S = 0.05;

describe.skipIf(!server)("a worker's look for jobs on Redis", () => {
  const connections: Redis[] = [];
  let queueNumber = 0;
  let queue: Queue;
  let worker: RedisQueueBackend;

  beforeEach(async () => {
    const connection = new Redis(server?.url ?? "", { maxRetriesPerRequest: null });
    connections.push(connection);
    const prefix = server?.prefix ?? "";
    const name = `jobs-${(queueNumber += 1)}`;
    queue = new Queue(name, { connection, prefix });
    const options: WorkerOptions = { connection, prefix, lockDuration: 9_000 };
    worker = createRedisWorkerBackend(connection)(name, options, { withBlockingConnection: true });
    await worker.waitUntilReady();
  });
  afterEach(async () => {
    await worker.close(true);
    await queue.close();
    for (const connection of connections.splice(0)) connection.disconnect();
  });

  const add = async (id: string, delay = 0) => {
    await queue.add("run", {}, { jobId: id, delay });
  };
  const isWoken = async () => (await worker.waitForJob(SHORT_S)) !== null;
  const claim = async (): Promise<string | undefined> => {
    const [job, id] = await worker.moveToActive("token");
    return job ? (id as string) : undefined;
  };

  it("ends with the last job, without waking anybody in vain", async () => {
    await add("a");
    expect(await isWoken()).toBe(true);
    expect(await claim()).toBe("a");
    expect(await claim()).toBeUndefined();
    expect(await isWoken()).toBe(false);
  });

  it("goes on while there are jobs", async () => {
    for (const id of ["a", "b", "c"]) await add(id);
    expect(await isWoken()).toBe(true);
    const claimed = [await claim(), await claim(), await claim(), await claim()];
    expect(claimed).toEqual(["a", "b", "c", undefined]);
  });

  it("wakes another worker while there are jobs", async () => {
    for (const id of ["a", "b"]) await add(id);
    expect(await isWoken()).toBe(true);
    await claim();
    expect(await isWoken()).toBe(true);
    expect(await claim()).toBeDefined();
  });

  it("finds a job that was added after the last one was taken", async () => {
    await add("a");
    await isWoken();
    await claim();
    await add("b");
    expect(await claim()).toBeUndefined();
    expect(await isWoken()).toBe(true);
    expect(await claim()).toBe("b");
  });

  it("finds the job it was woken for, though it did not ask after the last one", async () => {
    await add("a");
    await isWoken();
    await claim();
    await add("b");
    expect(await isWoken()).toBe(true);
    expect(await claim()).toBe("b");
  });

  it("knows when the next delayed job is due", async () => {
    await add("later", 60_000);
    await add("a");
    while (await isWoken()) expect(await claim()).not.toBe("later");
    const [, , , dueAt] = await worker.moveToActive("token");
    expect(dueAt).toBeGreaterThan(Date.now());
  });
});
