import { runMigrations } from "bullmq";
import { Pool } from "pg";
import { afterEach, describe, expect, it, vi } from "vitest";

import { openBullOnPool } from "../../src/queue/bullmq/bull-on-pool.ts";
import { enqueueRun } from "../../src/queue/lane.ts";
import { QUEUE_SCHEMA, toStatementPool } from "../../src/queue/bullmq/statement-pool.ts";
import { requirePostgres } from "../support/services.ts";
import { pause, until } from "../support/until.ts";

const postgres = await requirePostgres();

describe.skipIf(!postgres)("the statements that Postgres gets", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const openPool = async () => {
    const database = await postgres?.createDatabase();
    cleanups.push(() => database?.drop());
    const options = `-c search_path=${QUEUE_SCHEMA}`;
    const pool = new Pool({ connectionString: database?.url, options, max: 5 });
    cleanups.push(() => pool.end());
    const client = await pool.connect();
    await runMigrations(client, QUEUE_SCHEMA);
    client.release();
    return pool;
  };

  it("are six for each job of a worker that is idle otherwise", async () => {
    const pool = await openPool();
    const statements = vi.spyOn(pool, "query");
    const facade = toStatementPool(pool);
    const report = () => undefined;
    const bull = openBullOnPool({ adding: facade, working: facade, report, lockMs: 3_600_000 });
    const queue = await bull.openQueue("lonely");
    let ran = 0;
    const worker = await bull.openWorker("lonely", async () => void (ran += 1), {
      concurrency: 64,
    });
    cleanups.push(() => Promise.all([worker.close(), queue.close()]));
    const runOne = async (n: number) => {
      await enqueueRun(queue, `${n}`);
      await until(() => ran === n);
      await pause(20);
    };
    await runOne(1);
    const before = statements.mock.calls.length;
    for (let n = 2; n <= 21; n += 1) await runOne(n);
    // Added, claimed, looked for more, looked twice before the wait, finished; again every 5 s.
    expect((statements.mock.calls.length - before) / 20).toBeLessThan(6.5);
  });
});
