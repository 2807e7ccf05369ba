import { connect } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { createBullQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import { requireRedis } from "../support/services.ts";
import { pause, until } from "../support/until.ts";

const redis = await requireRedis();

describe.skipIf(!redis)("the commands that Redis gets", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const open = async () => {
    const queue = await createBullQueue({
      log: silentLog,
      on: { redisUrl: redis?.url ?? "", prefix: redis?.prefix ?? "" },
      // Seldom enough that no look for stalled jobs is counted.
      lockMs: 3_600_000,
    });
    cleanups.push(() => queue.close(0));
    return queue;
  };

  /** Counts the commands with this text that anybody sends to this Redis, scripts as one. */
  const monitor = async () => {
    const { hostname, port } = new URL(redis?.url ?? "");
    const socket = connect(Number(port || 6379), hostname);
    cleanups.push(() => socket.destroy());
    let seen = "";
    socket.on("data", (chunk: Buffer) => (seen += chunk.toString()));
    socket.write("MONITOR\r\n");
    await until(() => seen.startsWith("+OK"));
    return (text: string) => {
      const lines = seen.split("\n").filter((line) => !/^\S+ \[\d+ lua\]/.test(line));
      return lines.filter((line) => line.includes(text)).length;
    };
  };

  it("are none for a message that only its own process listens to", async () => {
    const [queue] = [await open(), await open()];
    const mentions = await monitor();
    const heard: unknown[] = [];
    queue.subscribe("room.a", (payload) => heard.push(payload));
    for (let i = 0; i < 20; i += 1) {
      queue.publish("room.a", "needle-a");
      queue.publish("room.b", "needle-b");
      await pause(2);
    }
    await until(() => heard.length === 20);
    await queue.enqueue("lane", "needle-job");
    await until(() => mentions("needle-job") > 0);
    expect(mentions("needle-a") + mentions("needle-b")).toBe(0);
  });

  it("carry a message once its topic has a subscriber elsewhere, until it has none", async () => {
    const [publisher, subscriber] = [await open(), await open()];
    const mentions = await monitor();
    let heard = 0;
    const stop = subscriber.subscribe("room.a", () => (heard += 1));
    await until(async () => {
      publisher.publish("room.a", "needle-on");
      await pause(5);
      return heard > 0;
    });
    expect(mentions("needle-on")).toBeGreaterThan(0);
    stop();
    let jobs = 0;
    /** What was published so far has been sent, if it is, and the count knows it. */
    const settled = async () => {
      await pause(50);
      const job = `needle-job-${(jobs += 1)}.`;
      await publisher.enqueue("lane", job);
      await until(() => mentions(job) > 0);
    };
    let before = -1;
    await until(async () => {
      before = mentions("needle-off");
      publisher.publish("room.a", "needle-off");
      await settled();
      return mentions("needle-off") === before;
    });
    for (let i = 0; i < 10; i += 1) {
      publisher.publish("room.a", "needle-off");
      await pause(2);
    }
    await settled();
    expect(mentions("needle-off")).toBe(before);
  });

  it("are five for each job of a worker that is idle otherwise", async () => {
    const queue = await open();
    const mentions = await monitor();
    let ran = 0;
    await queue.work("lonely", async () => void (ran += 1), { concurrency: 64 });
    const runOne = async (n: number) => {
      await queue.enqueue("lonely", `needle-${n}`);
      await until(() => ran === n);
      await pause(5);
    };
    await runOne(1);
    const before = mentions(`${redis?.prefix}:lonely:`);
    for (let n = 2; n <= 21; n += 1) await runOne(n);
    await queue.enqueue("lane", "needle-end");
    await until(() => mentions("needle-end") > 0);
    // Added, awaited, claimed, found to be the last, finished; the wait is begun anew every 5 s.
    const perJob = (mentions(`${redis?.prefix}:lonely:`) - before) / 20;
    expect(perJob).toBeLessThan(5.5);
  });
});
