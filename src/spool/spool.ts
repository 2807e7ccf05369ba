import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as soon } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { endsWithin } from "../base/ends-within.ts";
import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { createAttempts } from "./attempts.ts";
import { type LeftSegment, showLife, takeUpLeft } from "./left-segments.ts";
import { openSegment, type Segment } from "./segment.ts";
import { toFileName } from "./segment-name.ts";

/** Work that somebody was promised, kept in a folder until it is dealt with. */
export type Spool = {
  /**
   * Has it dealt with, and resolves once it is safe: dealt with, or kept in the folder, from where the
   * next process takes it up. Rejects where it is neither.
   */
  accept(work: unknown): Promise<void>;
  /** Takes up what ended processes left, oldest first, now and from time to time. */
  open(): Promise<void>;
  /** Resolves when nothing is being dealt with; what failed waits for its next attempt. */
  idle(): Promise<void>;
  /** Makes no further attempt; what is not dealt with stays in the folder. */
  close(): Promise<void>;
};

export type SpoolOptions = {
  folder: string;
  /** Work is JSON. Has to stand the same work twice, and what came before it once more. */
  handle: (work: unknown) => Promise<unknown>;
  /** Work that is dealt with in this time is not kept; 0: it is kept at once. */
  patienceMs: number;
  clock: Clock;
  log: Log;
  /** After the first failure; doubled up to a minute. */
  retryMs?: number;
  /** How often the folder is looked through. */
  sweepMs?: number;
};

const RETRY_MS = 500;
const SWEEP_MS = 30_000;
const WARN_EVERY_MS = 60_000;
/** Beyond it whoever brings more has to wait. */
const MOST_IN_HAND = 5000;
/** Work that was in hand when so many processes were killed may be what kills them. */
const MOST_STARTS = 10;

/**
 * Keeps work in files that are written without waiting for the disk: it outlives the process, not a
 * power cut. One folder may serve several processes.
 */
export function createSpool(options: SpoolOptions): Spool {
  const { folder, handle, patienceMs, clock, log } = options;
  const { retryMs = RETRY_MS, sweepMs = SWEEP_MS } = options;
  const deal = async (work: unknown) => void (await handle(work));
  const attempts = createAttempts({ deal, retryMs, clock, log });
  const written = new Set<string>();
  const takenUp = new Map<string, LeftSegment>();
  let current: Segment | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sweeping = Promise.resolve();
  let isClosed = false;
  let warnedAt = Number.NEGATIVE_INFINITY;

  function warn(error: unknown): void {
    if (clock.now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = clock.now();
    log.warn({ folder, error: toErrorMessage(error) }, "the spool folder cannot be used now");
  }

  /** Undefined where the folder cannot be used: then nothing is lost but the file's help. */
  function attempt<T>(use: () => T): T | undefined {
    try {
      return use();
    } catch (error) {
      warn(error);
      return undefined;
    }
  }

  /** True where it is kept. */
  function keep(work: unknown, dealing: Promise<void>): boolean {
    if (isClosed || attempts.count() >= MOST_IN_HAND) return false;
    const segment = attempt(() => {
      const usable = usableSegment();
      usable.append(JSON.stringify(work));
      return usable;
    });
    if (!segment) return false;
    const done = () => attempt(() => segment.release());
    attempts.watch({ work, since: clock.now(), done }, dealing);
    return true;
  }

  function usableSegment(): Segment {
    if (current && !current.isSpent()) return current;
    current?.seal();
    current = undefined;
    makeFolder();
    current = openSegment(folder);
    written.add(current.name.id);
    return current;
  }

  function makeFolder(): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** One look after the other: what one takes up the next would take for a stranger's. */
  function sweepNext(): Promise<void> {
    sweeping = sweeping.then(sweep).catch(warn);
    return sweeping;
  }

  async function sweep(): Promise<void> {
    for (const { name } of [...takenUp.values(), ...(current ? [current] : [])]) {
      await showLife(folder, name);
    }
    const isOwn = (id: string) => written.has(id) || takenUp.has(id);
    for await (const left of takeUpLeft(folder, { isOwn, now: () => clock.now() })) {
      if (left.name.starts > MOST_STARTS) {
        log.error({ starts: left.name.starts }, "spooled work that kills its process is dropped");
        remove(left);
      } else {
        log.info({ works: left.works.length }, "spooled work of an ended process is taken up");
        dealWith(left);
      }
    }
  }

  function dealWith(left: LeftSegment): void {
    takenUp.set(left.name.id, left);
    let waiting = left.works.length;
    const done = () => {
      waiting -= 1;
      if (waiting === 0) attempt(() => remove(left));
    };
    for (const work of left.works) {
      attempts.watch({ work, since: left.writtenAt, done }, deal(work));
    }
  }

  function remove({ name }: LeftSegment): void {
    takenUp.delete(name.id);
    rmSync(join(folder, toFileName(name)), { force: true });
  }

  /** A process that ends properly was not killed by what it held. */
  function putBack(left: LeftSegment): void {
    const back = { ...left.name, starts: left.name.starts - 1 };
    renameSync(join(folder, toFileName(left.name)), join(folder, toFileName(back)));
    left.name = back;
  }

  return {
    async accept(work) {
      // Whoever waits for nothing but the file is told before anything else is done.
      const dealing = patienceMs === 0 ? soon().then(() => deal(work)) : deal(work);
      if (patienceMs > 0) {
        const isDone = await endsWithin(patienceMs, dealing).catch(() => false);
        if (isDone) return;
      }
      if (!keep(work, dealing)) await dealing;
    },
    async open() {
      attempt(makeFolder);
      await sweepNext();
      timer = setInterval(() => void sweepNext(), sweepMs);
    },
    idle: () => attempts.idle(),
    async close() {
      isClosed = true;
      clearInterval(timer);
      await sweeping;
      attempts.stop();
      for (const left of takenUp.values()) attempt(() => putBack(left));
      await attempts.idle();
      attempt(() => current?.seal());
    },
  };
}
