import { expect, it, onTestFinished } from "vitest";
import { startServers } from "../support/faults/installation.ts";
import { KILLS_TIMEOUT_MS, PLAN, SURVIVED } from "../support/faults/plan.ts";
import { runWithKills } from "../support/faults/run-with-kills.ts";
import { requirePostgres } from "../support/services.ts";

const postgres = await requirePostgres();

it.skipIf(!postgres)(
  "200 messages in 20 conversations are answered once and in order by three workers on Postgres in spite of kill -9",
  { timeout: KILLS_TIMEOUT_MS },
  async () => {
    const database = await postgres?.createDatabase();
    if (!database) throw new Error("no Postgres");
    onTestFinished(() => database.drop());
    expect(await runWithKills(startServers({ database, workers: 3 }), PLAN)).toEqual(SURVIVED);
  },
);
