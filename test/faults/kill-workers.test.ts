import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { startEmbedded, startServers } from "../support/faults/installation.ts";
import { runWithKills, type Verdict } from "../support/faults/run-with-kills.ts";
import { startRedis } from "../support/own-server.ts";
import { requirePostgres, type TestDatabase } from "../support/services.ts";

const TIMEOUT_MS = 180_000;
const PLAN = { rooms: 20, messagesPerRoom: 10, kills: 12 };

const postgres = await requirePostgres();

// The keys of a running Troupe carry no test's prefix, so this Redis is the file's own.
const redis = await startRedis();
afterAll(() => redis?.stop());
if (!redis && process.env["CI"]) throw new Error("Redis cannot be started");

describe("200 messages in 20 conversations, with kill -9 at random moments", () => {
  it("are answered once, in order, by one embedded process", { timeout: TIMEOUT_MS }, async () => {
    const pace = { sendPauseMs: 3_500, killPauseMs: 1_500 };
    expectSurvival(await runWithKills(startEmbedded, { ...PLAN, ...pace }));
  });

  it.skipIf(!postgres)(
    "are answered once, in order, by three workers on Postgres",
    { timeout: TIMEOUT_MS },
    async () => {
      const database = await createDatabase();
      const start = startServers({ database, workers: 3 });
      expectSurvival(
        await runWithKills(start, { ...PLAN, sendPauseMs: 2_000, killPauseMs: 1_000 }),
      );
    },
  );

  it.skipIf(!postgres || !redis)(
    "are answered once, in order, by three workers on Redis",
    { timeout: TIMEOUT_MS },
    async () => {
      const database = await createDatabase();
      const start = startServers({
        database,
        redisUrl: `redis://127.0.0.1:${redis?.port}`,
        workers: 3,
      });
      expectSurvival(
        await runWithKills(start, { ...PLAN, sendPauseMs: 2_000, killPauseMs: 1_000 }),
      );
    },
  );
});

async function createDatabase(): Promise<TestDatabase> {
  const database = await postgres?.createDatabase();
  if (!database) throw new Error("no Postgres");
  onTestFinished(() => database.drop());
  return database;
}

function expectSurvival(verdict: Verdict): void {
  const { extraCalls } = verdict;
  console.error(verdict);
  expect(verdict).toMatchObject({ faults: [], messages: 200, kills: 12 });
  // Without one call that a kill broke off the run would prove nothing.
  expect(extraCalls).toBeGreaterThan(0);
}
