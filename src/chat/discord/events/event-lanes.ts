import { setTimeout as sleep } from "node:timers/promises";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";

type Task = () => Promise<void>;

/** Events of one channel, its threads included, one after the other; channels go on side by side. */
export type EventLanes = {
  /** False where so much waits already that the event was not taken. */
  push(channel: string, task: Task): boolean;
  /** Gives up what waits; what is running ends. */
  close(): Promise<void>;
};

const MOST_WAITING = 10_000;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 30_000;
// About ten minutes.
const MOST_ATTEMPTS = 26;
const PASSING = new Set(["UNAVAILABLE", "CONFLICT", "RATE_LIMITED"]);

/** Discord sends no event twice, so that what could not be stored is tried again from memory. */
export function createEventLanes(log: Log): EventLanes {
  const lanes = new Map<string, Task[]>();
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  let waiting = 0;

  async function run(channel: string, tasks: Task[]): Promise<void> {
    for (let task = tasks[0]; task && !closing.signal.aborted; task = tasks[0]) {
      await insist(channel, task);
      tasks.shift();
      waiting -= 1;
    }
    lanes.delete(channel);
  }

  async function insist(channel: string, task: Task): Promise<void> {
    for (let attempt = 1; !closing.signal.aborted; attempt++) {
      try {
        return await task();
      } catch (error) {
        const fields = { channel, attempt, error: toErrorMessage(error) };
        const isFinal = error instanceof AppError && !PASSING.has(error.code);
        if (isFinal) return log.warn(fields, "discord: an event was refused");
        if (attempt === MOST_ATTEMPTS) return log.error(fields, "discord: an event was given up");
        log.warn(fields, "discord: an event could not be stored, and is tried again");
        const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
        await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  return {
    push(channel, task) {
      if (closing.signal.aborted || waiting >= MOST_WAITING) return false;
      waiting += 1;
      const lane = lanes.get(channel);
      if (lane) {
        lane.push(task);
        return true;
      }
      const tasks = [task];
      lanes.set(channel, tasks);
      const done = run(channel, tasks);
      running.add(done);
      void done.finally(() => running.delete(done));
      return true;
    },
    async close() {
      closing.abort();
      await Promise.all(running);
    },
  };
}
