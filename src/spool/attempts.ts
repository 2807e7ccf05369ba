import type { Clock } from "../base/clock.ts";
import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";

/** Work until it is dealt with: what fails is tried again, after ever longer pauses. */
export type Attempts = {
  /** `dealing` is the first attempt, `done` is called once one has succeeded, or all for a day have not. */
  watch(held: HeldWork, dealing: Promise<void>): void;
  /** How much is not dealt with. */
  count(): number;
  /** Resolves when nothing is under way; what failed waits for its next attempt. */
  idle(): Promise<void>;
  /** Makes no further attempt. */
  stop(): void;
};

/** `since` is when it was promised, in milliseconds since 1970. */
type HeldWork = { work: unknown; since: number; done: () => void };

type Options = {
  deal: (work: unknown) => Promise<void>;
  /** After the first failure; doubled up to a minute. */
  retryMs: number;
  clock: Clock;
  log: Log;
};

const LONGEST_RETRY_MS = 60_000;
const GIVE_UP_MS = 24 * 3_600_000;

export function createAttempts({ deal, retryMs, clock, log }: Options): Attempts {
  const underWay = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let count = 0;
  let isStopped = false;

  function follow(held: HeldWork, dealing: Promise<void>, attempt: number): void {
    const end = dealing
      .then(
        () => finish(held),
        (error: unknown) => tryAgain(held, toErrorMessage(error), attempt),
      )
      .finally(() => underWay.delete(end));
    underWay.add(end);
  }

  function finish(held: HeldWork): void {
    count -= 1;
    held.done();
  }

  function tryAgain(held: HeldWork, error: string, attempt: number): void {
    if (clock.now() - held.since > GIVE_UP_MS) {
      log.error({ error }, "spooled work failed for a day and is dropped");
      return finish(held);
    }
    if (attempt === 1) log.warn({ error }, "spooled work failed and is tried again");
    if (isStopped) return;
    const delayMs = Math.min(retryMs * 2 ** (attempt - 1), LONGEST_RETRY_MS);
    const timer = setTimeout(() => {
      timers.delete(timer);
      follow(held, deal(held.work), attempt + 1);
    }, delayMs);
    timers.add(timer);
  }

  return {
    watch(held, dealing) {
      count += 1;
      follow(held, dealing, 1);
    },
    count: () => count,
    async idle() {
      await Promise.all(underWay);
    },
    stop() {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
