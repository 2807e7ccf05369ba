import { expect, it } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { createMemoryQueue } from "../../src/queue/memory-queue.ts";
import { describeBroadcast } from "../contracts/broadcast.ts";
import { describeJobQueue } from "../contracts/job-queue.ts";
import { createMemoryQueue as createFakeQueue, createMemoryStore } from "../fakes/memory-queue.ts";

const embedded = { open: async () => createMemoryQueue({ log: silentLog }), shared: false };
describeJobQueue("one process's memory", embedded);
describeBroadcast("one process's memory", embedded);

const store = createMemoryStore();
const fake = { open: async () => createFakeQueue(store), shared: true };
describeJobQueue("the fake", fake);
describeBroadcast("the fake", fake);

it("aborts what still runs when closing takes too long", async () => {
  const queue = await embedded.open();
  const aborted = Promise.withResolvers<unknown>();
  const stuck = (_id: string, signal: AbortSignal) =>
    new Promise<void>(() => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
    });
  await queue.work("turns", stuck, { concurrency: 1 });
  await queue.enqueue("turns", "a");
  await queue.close(20);
  await expect(aborted.promise).resolves.toBeInstanceOf(Error);
});
