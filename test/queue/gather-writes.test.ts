import { Redis } from "ioredis";
import { afterEach, describe, expect, it, vi } from "vitest";

import { gatherWrites } from "../../src/queue/gather-writes.ts";
import { requireRedis } from "../support/services.ts";
import { pause } from "../support/until.ts";

const server = await requireRedis();

describe.skipIf(!server)("a connection to Redis that gathers its writes", () => {
  const connections: Redis[] = [];
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.disconnect();
  });

  const open = async () => {
    const redis = new Redis(server?.url ?? "", { retryStrategy: () => 20 });
    redis.on("error", () => undefined);
    connections.push(redis);
    await redis.ping();
    gatherWrites(redis);
    return redis;
  };
  const countWrites = (redis: Redis) => {
    const single = vi.spyOn(redis.stream, "_write");
    const gathered = vi.spyOn(redis.stream as Required<typeof redis.stream>, "_writev");
    return () => single.mock.calls.length + gathered.mock.calls.length;
  };

  it("sends in one write what comes together, and answers in order", async () => {
    const redis = await open();
    const writes = countWrites(redis);
    const echo = async (n: number) => {
      await Promise.resolve();
      return redis.echo(`${n}`);
    };
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    expect(await Promise.all(numbers.map(echo))).toEqual(numbers.map(String));
    expect(writes()).toBe(1);
    await redis.ping();
    expect(writes()).toBe(2);
  });

  it("loses nothing when the connection breaks in between", async () => {
    const redis = await open();
    const answers = [redis.echo("a"), redis.echo("b")];
    redis.stream.destroy();
    answers.push(redis.echo("c"));
    await pause(0);
    answers.push(redis.echo("d"));
    expect(await Promise.all(answers)).toEqual(["a", "b", "c", "d"]);
    const writes = countWrites(redis);
    await Promise.all([redis.echo("e"), redis.echo("f")]);
    expect(writes()).toBe(1);
  });
});
