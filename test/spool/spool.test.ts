import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { newId } from "../../src/base/ids.ts";
import { newSegmentName, toFileName } from "../../src/spool/segment-name.ts";
import { createSpool, type SpoolOptions } from "../../src/spool/spool.ts";
import { createRecordedLog } from "../support/recorded-log.ts";
import { createTestClock } from "../support/test-clock.ts";
import { until } from "../support/until.ts";

let folder = "";
let dealt: unknown[] = [];
beforeEach(() => {
  const parent = mkdtempSync(join(tmpdir(), "troupe-spool-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  folder = join(parent, "spool");
  dealt = [];
});

const HOUR_MS = 3_600_000;

function open(options: Partial<SpoolOptions> = {}) {
  const log = createRecordedLog();
  const clock = createTestClock();
  clock.advance(Date.now() - clock.now());
  const handle = async (work: unknown) => void dealt.push(work);
  const spool = createSpool({ folder, handle, patienceMs: 0, clock, log, retryMs: 1, ...options });
  onTestFinished(() => spool.close());
  return { ...spool, log, clock };
}

/** What is kept, in order. */
const kept = () =>
  readdirSync(folder)
    .toSorted()
    .flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n").slice(0, -1))
    .map((line): unknown => JSON.parse(line));

/** A gate that work waits at. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

/** Work as a killed process leaves it. */
function leave(
  lines: string[],
  { starts = 0, pid = process.pid, host = newSegmentName().host } = {},
) {
  const path = join(folder, toFileName({ id: newId(), host, pid, starts }));
  writeFileSync(path, lines.join(""));
  return path;
}

describe("work that is accepted", () => {
  it("is safe before it is dealt with, and kept no longer than until then", async () => {
    const { promise, open: release } = gate();
    const spool = open({
      handle: async (work) => {
        await promise;
        dealt.push(work);
      },
    });
    await spool.open();
    await spool.accept({ n: 1 });
    await spool.accept({ n: "zwei\n🦉" });
    expect(dealt).toEqual([]);
    expect(kept()).toEqual([{ n: 1 }, { n: "zwei\n🦉" }]);
    release();
    await spool.idle();
    expect(dealt).toEqual([{ n: 1 }, { n: "zwei\n🦉" }]);
    expect(kept()).toEqual([]);
    await spool.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is readable by its owner alone", async () => {
    const { promise, open: release } = gate();
    const spool = open({ handle: () => promise });
    await spool.open();
    await spool.accept("words");
    const [file = ""] = readdirSync(folder);
    const modes = [folder, join(folder, file)].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600]);
    release();
  });

  it("is never written where it is dealt with in time", async () => {
    const spool = open({ patienceMs: 60_000 });
    await spool.open();
    await spool.accept(1);
    expect(dealt).toEqual([1]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is kept where that takes longer, or fails", async () => {
    const { promise, open: release } = gate();
    let failures = 1;
    const spool = open({
      patienceMs: 5,
      retryMs: 60_000,
      handle: async (work) => {
        if (work === "fails" && failures-- > 0) throw new Error("the database is away");
        await promise;
        dealt.push(work);
      },
    });
    await spool.open();
    await spool.accept("slow");
    await spool.accept("fails");
    expect(kept()).toEqual(["slow", "fails"]);
    release();
    await spool.idle();
    expect(dealt).toEqual(["slow"]);
    expect(kept()).toEqual(["slow", "fails"]);
  });

  it("is tried again until it is dealt with", async () => {
    let failures = 5;
    const spool = open({
      handle: async (work) => {
        if (failures-- > 0) throw new Error("the database is away");
        dealt.push(work);
      },
    });
    await spool.open();
    await spool.accept("patience");
    await until(() => dealt.length > 0);
    await spool.idle();
    expect(kept()).toEqual([]);
    expect(spool.log.lines).toMatchObject([
      { level: "warn", fields: { error: "the database is away" } },
    ]);
  });

  it("is dropped, and said to be, where it has failed for a day", async () => {
    const spool = open({ handle: () => Promise.reject(new Error("never")) });
    await spool.open();
    await spool.accept("hopeless");
    await until(() => spool.log.lines.length > 0);
    spool.clock.advance(25 * HOUR_MS);
    await until(() => kept().length === 0);
    expect(spool.log.lines.map(({ level }) => level)).toEqual(["warn", "error"]);
  });

  it("waits for its end where the folder takes nothing", async () => {
    writeFileSync(folder, "a file in its place");
    const spool = open();
    await spool.open();
    await spool.accept(1);
    expect(dealt).toEqual([1]);
    await expect(
      open({ handle: () => Promise.reject(new Error("the database is away")) }).accept(2),
    ).rejects.toThrow("the database is away");
    expect(spool.log.lines).toHaveLength(1);
  });

  it("is kept again once a folder that was taken away can be made anew", async () => {
    const { promise, open: release } = gate();
    const spool = open({ handle: () => promise });
    await spool.open();
    await spool.accept(1);
    rmSync(folder, { recursive: true });
    await spool.accept(2);
    expect(kept()).toEqual([2]);
    release();
    await spool.idle();
    expect(kept()).toEqual([]);
  });

  it("goes on to further files where one has become long", async () => {
    const { promise, open: release } = gate();
    const spool = open({ handle: () => promise });
    await spool.open();
    for (let n = 0; n < 6; n++) await spool.accept(String(n).repeat(1_000_000));
    expect(readdirSync(folder)).toHaveLength(2);
    release();
    await spool.idle();
    expect(kept()).toEqual([]);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe("what an ended process left", () => {
  beforeEach(async () => {
    await open().open();
  });

  it("is taken up at the start, oldest first", async () => {
    leave(['{"n":1}\n', '{"n":2}\n']);
    leave(['{"n":3}\n']);
    const spool = open();
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is kept until all of it is dealt with, and by a proper end too", async () => {
    const path = leave(["1\n", "2\n"]);
    const spool = open({
      retryMs: 60_000,
      handle: (work) => (work === 2 ? Promise.reject(new Error("away")) : Promise.resolve()),
    });
    await spool.open();
    await spool.close();
    expect(kept()).toEqual([1, 2]);
    expect(existsSync(path)).toBe(true);
  });

  it("may end in half a line, which was promised to nobody", async () => {
    leave(["1\n", '{"n":']);
    leave(['{"']);
    const spool = open();
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([1]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is dropped, and said to be, where it was in hand when ten processes were killed", async () => {
    leave(["1\n"], { starts: 9 });
    leave(["2\n"], { starts: 10 });
    const spool = open();
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([1]);
    expect(readdirSync(folder)).toEqual([]);
    expect(spool.log.lines.map(({ level }) => level)).toEqual(["info", "error"]);
  });

  it("is left to its owner while that lives and writes", async () => {
    const path = leave(["1\n"], { pid: process.ppid });
    const spool = open({ sweepMs: 5 });
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([]);
    const longAgo = new Date(Date.now() - 2 * HOUR_MS);
    utimesSync(path, longAgo, longAgo);
    await until(() => dealt.length > 0);
    expect(dealt).toEqual([1]);
  });

  it("of another machine is taken up, and files that are something else are not", async () => {
    leave(["1\n"], { host: "elsewhere" });
    writeFileSync(join(folder, "notes.txt"), "2\n");
    const spool = open();
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([1]);
    expect(readdirSync(folder)).toEqual(["notes.txt"]);
  });

  it("keeps a process from nothing where it cannot be read", async () => {
    leave(["1\n"]);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "a file in its place");
    const spool = open();
    await spool.open();
    await spool.accept(2);
    expect(dealt).toEqual([2]);
  });
});
