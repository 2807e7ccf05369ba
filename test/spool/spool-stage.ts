import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { newId } from "../../src/base/ids.ts";
import { newSegmentName, toFileName } from "../../src/spool/segment-name.ts";
import { createSpool, type SpoolOptions } from "../../src/spool/spool.ts";
import { createRecordedLog } from "../support/recorded-log.ts";
import { createTestClock } from "../support/test-clock.ts";

export const HOUR_MS = 3_600_000;

/** A folder, and processes that keep their work in it. */
export function openSpoolStage() {
  const parent = mkdtempSync(join(tmpdir(), "troupe-spool-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, "spool");
  const dealt: unknown[] = [];

  return {
    folder,
    /** What was dealt with, in order. */
    dealt,
    /** A process; what it is given is dealt with unless `handle` says otherwise. */
    open: (options: Partial<SpoolOptions> = {}) => {
      const log = createRecordedLog();
      const clock = createTestClock(new Date().toISOString());
      const handle = async (work: unknown) => void dealt.push(work);
      const given = { folder, handle, patienceMs: 0, clock, log, retryMs: 1, ...options };
      const spool = createSpool(given);
      onTestFinished(() => spool.close());
      return { ...spool, log, clock };
    },
    /** What is kept, in order. */
    kept: () =>
      readdirSync(folder)
        .toSorted()
        .flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n").slice(0, -1))
        .map((line): unknown => JSON.parse(line)),
    /** Work as a killed process leaves it. */
    leave: (lines: string[], owner: { starts?: number; pid?: number; host?: string } = {}) => {
      const { starts = 0, pid = process.pid, host = newSegmentName().host } = owner;
      const path = join(folder, toFileName({ id: newId(), host, pid, starts }));
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, lines.join(""));
      return path;
    },
  };
}

/** Where work waits. */
export function createGate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}
