import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { until } from "../support/until.ts";
import { createGate, HOUR_MS, openSpoolStage } from "./spool-stage.ts";

describe("work that is accepted", () => {
  it("is safe before it is dealt with, and kept no longer than until then", async () => {
    const { folder, dealt, open, kept } = openSpoolStage();
    const { promise, open: release } = createGate();
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
    const { folder, open } = openSpoolStage();
    const { promise, open: release } = createGate();
    const spool = open({ handle: () => promise });
    await spool.open();
    await spool.accept("words");
    const [file = ""] = readdirSync(folder);
    const modes = [folder, join(folder, file)].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600]);
    release();
  });

  it("is never written where it is dealt with in time", async () => {
    const { folder, dealt, open } = openSpoolStage();
    const spool = open({ patienceMs: 60_000 });
    await spool.open();
    await spool.accept(1);
    expect(dealt).toEqual([1]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is kept where that takes longer, or fails", async () => {
    const { dealt, open, kept } = openSpoolStage();
    const { promise, open: release } = createGate();
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
    const { dealt, open, kept } = openSpoolStage();
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
    const { open, kept } = openSpoolStage();
    const spool = open({ handle: () => Promise.reject(new Error("never")) });
    await spool.open();
    await spool.accept("hopeless");
    await until(() => spool.log.lines.length > 0);
    spool.clock.advance(25 * HOUR_MS);
    await until(() => kept().length === 0);
    expect(spool.log.lines.map(({ level }) => level)).toEqual(["warn", "error"]);
  });

  it("waits for its end where the folder takes nothing", async () => {
    const { folder, dealt, open } = openSpoolStage();
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
    const { folder, open, kept } = openSpoolStage();
    const { promise, open: release } = createGate();
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
    const { folder, open, kept } = openSpoolStage();
    const { promise, open: release } = createGate();
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
