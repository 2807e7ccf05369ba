import { afterEach, describe, expect, it } from "vitest";

import type { JobQueue } from "../../src/queue/job-queue.ts";
import { pause, until } from "../support/until.ts";
import type { JobQueueHarness } from "./job-queue.ts";

const TOPIC = "room:console:lobby/ä.>*";

/** The broadcast half of the `JobQueue` contract. */
export function describeBroadcast(name: string, harness: JobQueueHarness): void {
  describe(`the broadcast on ${name}`, () => {
    const queues: JobQueue[] = [];

    const open = async () => {
      const queue = await harness.open();
      queues.push(queue);
      return queue;
    };

    afterEach(async () => {
      await Promise.all(queues.splice(0).map((queue) => queue.close(0)));
    });

    it("reaches every subscriber of the topic in its own process, once and in order", async () => {
      const queue = await open();
      const [first, second, elsewhere]: unknown[][] = [[], [], []];
      queue.subscribe(TOPIC, (payload) => first?.push(payload));
      queue.subscribe(TOPIC, (payload) => second?.push(payload));
      queue.subscribe("room:console:other", (payload) => elsewhere?.push(payload));
      for (let i = 0; i < 50; i += 1) queue.publish(TOPIC, { i });
      await until(() => second?.length === 50);
      await pause(50);
      expect(first).toEqual(Array.from({ length: 50 }, (_, i) => ({ i })));
      expect(second).toEqual(first);
      expect(elsewhere).toEqual([]);
    });

    it("ends with the subscription", async () => {
      const queue = await open();
      const [kept, ended]: unknown[][] = [[], []];
      const stop = queue.subscribe(TOPIC, (payload) => ended?.push(payload));
      queue.subscribe(TOPIC, (payload) => kept?.push(payload));
      queue.publish(TOPIC, 1);
      await until(() => ended?.length === 1);
      stop();
      stop();
      queue.publish(TOPIC, 2);
      await until(() => kept?.length === 2);
      expect(ended).toEqual([1]);
    });

    it("survives payloads that are not JSON and listeners that throw", async () => {
      const queue = await open();
      const received: unknown[] = [];
      queue.subscribe(TOPIC, () => {
        throw new Error("a listener failed");
      });
      queue.subscribe(TOPIC, (payload) => received.push(payload));
      queue.publish(TOPIC, { tooBig: 1n });
      queue.publish(TOPIC, { when: new Date(0), nothing: undefined });
      queue.publish(TOPIC, undefined);
      await until(() => received.length === 2);
      expect(received).toEqual([{ when: "1970-01-01T00:00:00.000Z" }, null]);
    });

    it.runIf(harness.shared)("reaches other processes once and in order", async () => {
      const [publisher, subscriber] = [await open(), await open()];
      const [near, far]: number[][] = [[], []];
      publisher.subscribe(TOPIC, (payload) => near?.push(payload as number));
      subscriber.subscribe(TOPIC, (payload) => far?.push(payload as number));
      await until(async () => {
        publisher.publish(TOPIC, -1);
        await pause(10);
        return far?.length !== 0;
      });
      for (let i = 0; i < 200; i += 1) {
        publisher.publish(TOPIC, i);
        if (i % 20 === 0) await pause(1);
      }
      await until(() => far?.includes(199) === true);
      await pause(50);
      const sent = Array.from({ length: 200 }, (_, i) => i);
      expect(near?.filter((i) => i >= 0)).toEqual(sent);
      expect(far?.filter((i) => i >= 0)).toEqual(sent);
    });

    it.runIf(harness.shared)("reaches who was there before the publisher", async () => {
      const subscriber = await open();
      const received: unknown[] = [];
      subscriber.subscribe(TOPIC, (payload) => received.push(payload));
      await pause(50);
      const publisher = await open();
      await until(async () => {
        publisher.publish(TOPIC, "hello");
        await pause(10);
        return received.length > 0;
      });
      expect(received[0]).toBe("hello");
    });

    it.runIf(harness.shared)("leaves no gap after the first message, whoever comes", async () => {
      const [publisher, ...others] = [await open(), await open(), await open()];
      const received = others.map((): number[] => []);
      let sent = 0;
      for (const [i, other] of others.entries()) {
        for (const stop = sent + 100; sent < stop; sent += 1) {
          if (sent === stop - 50) other.subscribe(TOPIC, (n) => received[i]?.push(n as number));
          publisher.publish(TOPIC, sent);
          await pause(1);
        }
      }
      await until(async () => {
        publisher.publish(TOPIC, sent++);
        await pause(10);
        return received.every((numbers) => numbers.length > 10);
      });
      for (const numbers of received) {
        const first = numbers[0] ?? 0;
        expect(numbers).toEqual(numbers.map((_, i) => first + i));
      }
    });

    it.runIf(harness.shared)("tells thousands of topics apart", async () => {
      const [publisher, subscriber] = [await open(), await open()];
      const topics = Array.from({ length: 5_000 }, (_, i) => `room.${"x".repeat(100)}.${i}`);
      const received = new Map<string, unknown[]>();
      for (const topic of topics) {
        subscriber.subscribe(topic, (payload) => {
          received.set(topic, [...(received.get(topic) ?? []), payload]);
        });
      }
      const last = topics.at(-1) ?? "";
      await until(async () => {
        publisher.publish(last, -1);
        await pause(10);
        return received.has(last);
      });
      for (const [i, topic] of topics.entries()) if (topic !== last) publisher.publish(topic, i);
      await until(() => received.size === topics.length);
      const wrong = topics.filter((topic, i) => topic !== last && received.get(topic)?.[0] !== i);
      expect(wrong).toEqual([]);
    });

    it.runIf(harness.shared)("follows a topic that is left and joined again", async () => {
      const [publisher, subscriber] = [await open(), await open()];
      let received = 0;
      for (let round = 0; round < 10; round += 1) {
        subscriber.subscribe(TOPIC, () => (received = -1_000))();
      }
      subscriber.subscribe(TOPIC, () => (received += 1));
      await until(async () => {
        publisher.publish(TOPIC, "hello");
        await pause(10);
        return received > 0;
      });
      expect(received).toBeGreaterThan(0);
    });
  });
}
