import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import { until } from "../../support/until.ts";
import { openDoorStage } from "./door-stage.ts";

const SPOOLS = [
  ["at once", 0],
  ["where the database is slow", 50],
] as const;

describe.each(["socket", "http"] as const)("events that come over %s", (mode) => {
  async function open(patienceMs: number) {
    const parent = mkdtempSync(join(tmpdir(), "troupe-spool-"));
    onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
    const folder = join(parent, "slack");
    const spool = { folder, patienceMs };
    const stage = await openDoorStage({ mode, spool, double: { ackTimeoutMs: 30_000 } });
    onTestFinished(() => stage.close());
    const say = (text = "how long?") =>
      stage.double.say({ channel: "general", user: "ana", text, mention: true });
    const texts = () => stage.ingress.messages().map(({ text }) => text);
    const attempts = () => stage.double.deliveries.flatMap((delivery) => delivery.attempts);
    const files = () => readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
    return { ...stage, folder, say, texts, attempts, files };
  }

  it.each(SPOOLS)(
    "are acknowledged while the database hangs, and stored once it answers; kept %s",
    async (_when, patienceMs) => {
      const { ingress, double, say, texts, attempts } = await open(patienceMs);
      const release = ingress.hold();
      say();
      await double.settled();
      expect(attempts().map(({ acked }) => acked)).toEqual([true, true]);
      expect(texts()).toEqual([]);
      release();
      await until(() => texts().length === 1);
    },
  );

  it.each(SPOOLS)(
    "are asked of Slack once though the database fails, and stored; kept %s",
    async (_when, patienceMs) => {
      const { ingress, double, say, texts, attempts } = await open(patienceMs);
      ingress.fail(4);
      say();
      await double.settled();
      expect(attempts().map(({ acked }) => acked)).toEqual([true, true]);
      await until(() => texts().length === 1);
    },
  );

  it.each(SPOOLS)(
    "outlive the process that acknowledged them; kept %s",
    async (_when, patienceMs) => {
      const { ingress, double, say, attempts, open: restart, files } = await open(patienceMs);
      const release = ingress.hold();
      for (const text of ["one", "two", "three"]) say(text);
      await double.settled();
      expect(attempts().every(({ acked }) => acked)).toBe(true);
      expect(files()).toHaveLength(1);
      const next = createMemoryIngress();
      await restart(next);
      await until(() => next.messages().length === 3);
      expect(next.messages().map(({ text }) => text)).toEqual([
        "@troupe one",
        "@troupe two",
        "@troupe three",
      ]);
      release();
    },
  );

  it("wait for the database where the folder cannot be used", async () => {
    const { folder, ingress, double, say, texts, attempts } = await open(0);
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(folder, "a file in its place");
    ingress.fail(2);
    say();
    await double.settled();
    expect(texts()).toEqual(["@troupe how long?"]);
    expect(attempts().filter(({ acked }) => !acked)).toHaveLength(2);
  });
});
