import { afterEach, describe, expect, it } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { createBullQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import type { JobQueue } from "../../src/queue/job-queue.ts";
import { type OwnServer, startRedis } from "../support/own-server.ts";
import { until } from "../support/until.ts";

const probe = await startRedis();
await probe?.stop();

describe("when Redis cannot be reached", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const open = async (server: OwnServer): Promise<JobQueue> => {
    const queue = await createBullQueue({
      log: silentLog,
      on: { redisUrl: `redis://127.0.0.1:${server.port}` },
    });
    cleanups.push(() => queue.close(0));
    return queue;
  };

  const start = async (port?: number): Promise<OwnServer> => {
    const server = await startRedis(port);
    if (!server) throw new Error("no Redis server is installed");
    cleanups.push(() => server.stop());
    return server;
  };

  it("refuses to start with one sentence that names the place and no password", async () => {
    const opening = createBullQueue({
      log: silentLog,
      on: { redisUrl: "redis://someone:secret@127.0.0.1:1" },
    });
    await expect(opening).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message:
        "Redis at 127.0.0.1:1 does not answer: connect ECONNREFUSED 127.0.0.1:1. " +
        "Start it, or correct REDIS_URL.",
    });
  });

  it.skipIf(!probe)("says so, refuses jobs, and goes on when it is back", async () => {
    const server = await start();
    const queue = await open(server);
    const [ran, heard]: unknown[][] = [[], []];
    await queue.work("turns", async (id) => void ran?.push(id), { concurrency: 1 });
    queue.subscribe("news", (payload) => heard?.push(payload));
    await queue.enqueue("turns", "before");
    await until(() => ran?.length === 1);

    await server.stop();
    await until(async () => !(await queue.health()).ok);
    expect((await queue.health()).detail).toContain(`Redis at 127.0.0.1:${server.port} is back`);
    queue.publish("news", "in this process all is well");
    await until(() => heard?.length === 1);
    await expect(queue.enqueue("turns", "during")).rejects.toMatchObject({ code: "UNAVAILABLE" });

    await start(server.port);
    await until(async () => (await queue.health()).ok);
    await queue.enqueue("turns", "after");
    await until(() => ran?.includes("after") === true);
    expect(ran?.filter((id) => id === "after")).toEqual(["after"]);
  });

  it.skipIf(!probe)("closes all the same", async () => {
    const server = await start();
    const queue = await open(server);
    await queue.work("turns", async () => undefined, { concurrency: 1 });
    await server.stop();
    await until(async () => !(await queue.health()).ok);
    await expect(queue.close(0)).resolves.toBeUndefined();
  });
});
