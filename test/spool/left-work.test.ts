import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { until } from "../support/until.ts";
import { createGate, HOUR_MS, openSpoolStage } from "./spool-stage.ts";

describe("what an ended process left", () => {
  it("is taken up at the start, oldest first", async () => {
    const { folder, dealt, open, leave } = openSpoolStage();
    leave(['{"n":1}\n', '{"n":2}\n']);
    leave(['{"n":3}\n']);
    const spool = open();
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is kept until all of it is dealt with, and by a proper end too", async () => {
    const { open, kept, leave } = openSpoolStage();
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
    const { folder, dealt, open, leave } = openSpoolStage();
    leave(["1\n", '{"n":']);
    leave(['{"']);
    const spool = open();
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([1]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is dropped, and said to be, where it was in hand when ten processes were killed", async () => {
    const { folder, dealt, open, leave } = openSpoolStage();
    leave(["1\n"], { starts: 9 });
    leave(["2\n"], { starts: 10 });
    const spool = open();
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([1]);
    expect(readdirSync(folder)).toEqual([]);
    expect(spool.log.lines.map(({ level }) => level)).toEqual(["info", "error"]);
  });

  it.each([
    ["of this machine", { pid: process.ppid }],
    ["of another", { host: "elsewhere" }],
  ])("is left to its owner %s while that may live", async (_where, owner) => {
    const { dealt, open, leave } = openSpoolStage();
    const path = leave(["1\n"], owner);
    const spool = open({ sweepMs: 5 });
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([]);
    const longAgo = new Date(Date.now() - 2 * HOUR_MS);
    utimesSync(path, longAgo, longAgo);
    await until(() => dealt.length > 0);
    expect(dealt).toEqual([1]);
  });

  it("stays with whoever took it up, however long that takes", async () => {
    const { folder, open, leave } = openSpoolStage();
    const path = leave(["1\n"], { host: "elsewhere" });
    const longAgo = new Date(Date.now() - 2 * HOUR_MS);
    utimesSync(path, longAgo, longAgo);
    const { promise, open: release } = createGate();
    const spool = open({ sweepMs: 5, handle: () => promise });
    await spool.open();
    const [file = ""] = readdirSync(folder);
    const writtenAt = () => statSync(join(folder, file)).mtimeMs;
    expect(writtenAt()).toBeGreaterThan(longAgo.getTime());
    utimesSync(join(folder, file), longAgo, longAgo);
    await until(() => writtenAt() > longAgo.getTime());
    release();
  });

  it("is told from files that are something else", async () => {
    const { folder, dealt, open, leave } = openSpoolStage();
    leave(["1\n"]);
    writeFileSync(join(folder, "notes.txt"), "2\n");
    const spool = open();
    await spool.open();
    await spool.idle();
    expect(dealt).toEqual([1]);
    expect(readdirSync(folder)).toEqual(["notes.txt"]);
  });

  it("keeps a process from nothing where it cannot be read", async () => {
    const { folder, dealt, open, leave } = openSpoolStage();
    leave(["1\n"]);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "a file in its place");
    const spool = open();
    await spool.open();
    await spool.accept(2);
    expect(dealt).toEqual([2]);
  });
});
