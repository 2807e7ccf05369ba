import { afterEach, describe, expect, it } from "vitest";
import type { JobQueue } from "../../src/queue/job-queue.ts";
import { tryInTime } from "../support/try-in-time.ts";
import { pause, until, untilPasses } from "../support/until.ts";

const DAY_MS = 86_400_000;

export type JobQueueHarness = {
  /** A further queue on the same database, as another process would open it. */
  open(options?: { lockMs?: number }): Promise<JobQueue>;
  /** Whether queues share jobs and messages, as processes on one database do. */
  shared: boolean;
};

/** The contract of `JobQueue`, as said in `src/queue/job-queue.ts`. */
export function describeJobQueue(name: string, harness: JobQueueHarness): void {
  describe(`the job queue on ${name}`, () => {
    const queues: JobQueue[] = [];
    let lane = "";
    let laneNumber = 0;

    const open = async (options?: { lockMs: number }) => {
      const queue = await harness.open(options);
      queues.push(queue);
      lane ||= `lane-${(laneNumber += 1)}`;
      return queue;
    };

    afterEach(async () => {
      await Promise.all(queues.splice(0).map((queue) => queue.close(0)));
      lane = "";
    });

    it("runs a job with its id", async () => {
      const queue = await open();
      const ran: string[] = [];
      await queue.work(lane, async (id) => void ran.push(id), { concurrency: 2 });
      await queue.enqueue(lane, "turn:1");
      await until(() => ran.length === 1);
      expect(ran).toEqual(["turn:1"]);
    });

    it("runs different ids side by side, never more than the concurrency", async () => {
      const queue = await open();
      const ids = ["a", "b", "c", "d", "e", "f", "g"];
      await Promise.all(ids.map((id) => queue.enqueue(lane, id)));
      let [running, most, ended] = [0, 0, 0];
      const work = async () => {
        running += 1;
        most = Math.max(most, running);
        await until(() => most >= 3);
        await pause(30);
        running -= 1;
        ended += 1;
      };
      await queue.work(lane, work, { concurrency: 3 });
      await until(() => ended === ids.length);
      expect(most).toBe(3);
    });

    it("keeps at most one waiting job per id", async () => {
      const queue = await open();
      for (let i = 0; i < 5; i += 1) await queue.enqueue(lane, "a");
      await queue.enqueue(lane, "b");
      expect(await queue.waiting(lane)).toBe(2);
      const ran: string[] = [];
      await queue.work(lane, async (id) => void ran.push(id), { concurrency: 1 });
      await until(() => ran.includes("b"));
      await pause(100);
      expect(ran).toEqual(["a", "b"]);
      expect(await queue.waiting(lane)).toBe(0);
    });

    it("runs an id once more, after the active run, however often it was enqueued meanwhile", async () => {
      const queue = await open();
      const first = Promise.withResolvers<void>();
      const events: string[] = [];
      const work = async () => {
        events.push("start");
        if (events.length === 1) await first.promise;
        events.push("end");
      };
      await queue.work(lane, work, { concurrency: 4 });
      await queue.enqueue(lane, "a");
      await until(() => events.length === 1);
      for (let i = 0; i < 5; i += 1) await queue.enqueue(lane, "a");
      await pause(100);
      expect(events).toEqual(["start"]);
      first.resolve();
      await until(() => events.length === 4);
      await pause(100);
      expect(events).toEqual(["start", "end", "start", "end"]);
    });

    it("repeats a run that was rejected", async () => {
      const queue = await open();
      let runs = 0;
      const work = async () => {
        runs += 1;
        if (runs < 3) throw new Error("not yet");
      };
      await queue.work(lane, work, { concurrency: 1 });
      await queue.enqueue(lane, "a");
      await until(() => runs === 3);
      await pause(100);
      expect(runs).toBe(3);
    });

    it("runs a new enqueue at once while a rejected run waits to be repeated", async () => {
      const queue = await open();
      const signals: string[] = [];
      const work = async () => {
        signals.push(`run ${signals.length}`);
        if (signals.length < 4) throw new Error("not yet");
      };
      await queue.work(lane, work, { concurrency: 1 });
      for (let run = 1; run <= 3; run += 1) {
        await queue.enqueue(lane, "a");
        await until(() => signals.length >= run);
      }
      await untilPasses(() => expect(signals.length).toBeGreaterThanOrEqual(4));
    });

    it("runs a delayed job when its time has come, not before", async () => {
      const queue = await open();
      let ranAt = 0;
      await queue.work(lane, async () => void (ranAt = Date.now()), { concurrency: 1 });
      const enqueuedAt = Date.now();
      await queue.enqueue(lane, "a", { delayMs: 300 });
      await until(() => ranAt > 0);
      expect(ranAt - enqueuedAt).toBeGreaterThanOrEqual(299);
    });

    it("lets a delayed job neither swallow nor postpone an immediate one", async () => {
      const queue = await open();
      const runs = new Map<string, number>();
      const count = (id: string) => runs.get(id) ?? 0;
      await queue.work(lane, async (id) => void runs.set(id, count(id) + 1), { concurrency: 1 });
      const id = await tryInTime(async (trial, delayMs, isLate) => {
        await queue.enqueue(lane, trial, { delayMs });
        for (const run of [1, 2]) {
          await queue.enqueue(lane, trial);
          await until(() => count(trial) >= run || isLate());
        }
      });
      await until(() => count(id) === 3);
      expect(count(id)).toBe(3);
    });

    it.skipIf(!harness.shared)(
      "always runs after the last enqueue and never runs one id twice at a time, in two workers",
      async () => {
        const [one, two] = [await open(), await open()];
        const ids = ["a", "b", "c", "d"];
        const written = new Map<string, number>();
        const seen = new Map<string, number>();
        const active = new Set<string>();
        let overlaps = 0;
        const work = async (id: string) => {
          if (active.has(id)) overlaps += 1;
          active.add(id);
          const value = written.get(id) ?? 0;
          await pause(Math.random() * 3);
          seen.set(id, Math.max(value, seen.get(id) ?? 0));
          active.delete(id);
        };
        await one.work(lane, work, { concurrency: 3 });
        await two.work(lane, work, { concurrency: 3 });
        const write = async (id: string, queue: JobQueue) => {
          for (let i = 0; i < 100; i += 1) {
            written.set(id, (written.get(id) ?? 0) + 1);
            await queue.enqueue(lane, id);
            if (i % 7 === 0) await pause(Math.random() * 4);
          }
        };
        await Promise.all(ids.flatMap((id) => [write(id, one), write(id, two)]));
        await until(() => ids.every((id) => seen.get(id) === 200));
        expect(overlaps).toBe(0);
      },
    );

    it.skipIf(!harness.shared)("keeps jobs over a restart", async () => {
      const before = await open();
      await before.enqueue(lane, "a");
      await before.enqueue(lane, "b", { delayMs: 50 });
      await before.close(1_000);
      const after = await open();
      const ran: string[] = [];
      await after.work(lane, async (id) => void ran.push(id), { concurrency: 1 });
      await until(() => ran.length === 2);
      expect(ran.sort()).toEqual(["a", "b"]);
    });

    it.skipIf(!harness.shared)(
      "lets running handlers end when it closes, and takes no further job",
      async () => {
        const [queue, other] = [await open(), await open()];
        const running = Promise.withResolvers<void>();
        const events: string[] = [];
        const work = async (id: string, signal: AbortSignal) => {
          events.push(`start ${id}`);
          await running.promise;
          events.push(`end ${id}${signal.aborted ? " aborted" : ""}`);
        };
        await queue.work(lane, work, { concurrency: 1 });
        await queue.enqueue(lane, "a");
        await until(() => events.length === 1);
        await queue.enqueue(lane, "b");
        const closed = queue.close(20_000);
        await pause(100);
        running.resolve();
        await closed;
        expect(events).toEqual(["start a", "end a"]);
        expect(await other.waiting(lane)).toBe(1);
      },
    );

    it.skipIf(!harness.shared).each(["heeds", "ignores"])(
      "hands a running job back when closing takes too long and its handler %s the signal",
      async (manner) => {
        // Nobody waits for such a lock to expire: the job must come back at once.
        const [queue, other] = [await open({ lockMs: DAY_MS }), await open({ lockMs: DAY_MS })];
        const events: string[] = [];
        const stuck = async (id: string, signal: AbortSignal) => {
          events.push(`start ${id}`);
          await new Promise<void>((_, reject) => {
            signal.addEventListener("abort", () => {
              events.push(`aborted ${id}`);
              if (manner === "heeds") reject(new Error("aborted"));
            });
          });
        };
        await queue.work(lane, stuck, { concurrency: 1 });
        await queue.enqueue(lane, "a");
        await until(() => events.length === 1);
        await other.work(lane, async (id) => void events.push(`second ${id}`), { concurrency: 1 });
        await queue.close(50);
        await until(() => events.length === 3);
        expect(events).toEqual(["start a", "aborted a", "second a"]);
      },
    );

    it("is healthy while open and refuses jobs once closed", async () => {
      const queue = await open();
      await untilPasses(async () => expect(await queue.health()).toMatchObject({ ok: true }));
      await queue.close(1_000);
      await expect(queue.enqueue(lane, "a")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    });
  });
}
