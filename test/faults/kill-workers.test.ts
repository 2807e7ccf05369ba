import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { startEmbedded, startServers } from "../support/faults/installation.ts";
import { runWithKills } from "../support/faults/run-with-kills.ts";
import { startRedis } from "../support/own-server.ts";
import { requirePostgres, type TestDatabase } from "../support/services.ts";

const TIMEOUT_MS = 300_000;
const PLAN = { rooms: 20, messagesPerRoom: 10, kills: 12, sendPauseMs: 3_000, killPauseMs: 1_500 };
const SURVIVED = { faults: [], messages: 200, kills: 12 };

const postgres = await requirePostgres();

// The keys of a running Troupe carry no test's prefix, so this Redis is the file's own.
const redis = await startRedis();
afterAll(() => redis?.stop());
if (!redis && process.env["CI"]) throw new Error("Redis cannot be started");

describe("200 messages in 20 conversations, with kill -9 at random moments", () => {
  it("are answered once and in order by an embedded process", { timeout: TIMEOUT_MS }, async () => {
    const verdict = await runWithKills(startEmbedded, { ...PLAN, killPauseMs: 1_500 });
    expect(verdict).toEqual(SURVIVED);
  });

  it.skipIf(!postgres)(
    "are answered once and in order by three workers on Postgres",
    { timeout: TIMEOUT_MS },
    async () => {
      const start = startServers({ database: await createDatabase(), workers: 3 });
      expect(await runWithKills(start, PLAN)).toEqual(SURVIVED);
    },
  );

  it.skipIf(!postgres || !redis)(
    "are answered once and in order by three workers on Redis",
    { timeout: TIMEOUT_MS },
    async () => {
      const redisUrl = `redis://127.0.0.1:${redis?.port}`;
      const start = startServers({ database: await createDatabase(), redisUrl, workers: 3 });
      expect(await runWithKills(start, PLAN)).toEqual(SURVIVED);
    },
  );
});

async function createDatabase(): Promise<TestDatabase> {
  const database = await postgres?.createDatabase();
  if (!database) throw new Error("no Postgres");
  onTestFinished(() => database.drop());
  return database;
}
