import { Client } from "pg";
import { afterEach, describe, expect, it } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { createBullQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import { requirePostgres } from "../support/services.ts";
import { pause, until } from "../support/until.ts";

const postgres = await requirePostgres();

describe("when Postgres drops its connections", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  it("refuses to start with one sentence that names the place and no password", async () => {
    const opening = createBullQueue({
      log: silentLog,
      on: { postgresUrl: "postgres://someone:secret@127.0.0.1:1/troupe" },
    });
    await expect(opening).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message:
        "Postgres at 127.0.0.1:1 cannot hold the job queue: connect ECONNREFUSED 127.0.0.1:1. " +
        "Start it, or correct DATABASE_URL.",
    });
  });

  it.skipIf(!postgres)("goes on working and listening on new ones", async () => {
    const database = await postgres?.createDatabase();
    const postgresUrl = database?.url ?? "";
    cleanups.push(() => database?.drop());
    const open = async () => {
      const queue = await createBullQueue({ log: silentLog, on: { postgresUrl } });
      cleanups.push(() => queue.close(0));
      return queue;
    };
    const [queue, other] = [await open(), await open()];
    const [ran, heard]: unknown[][] = [[], []];
    await queue.work("turns", async (id) => void ran?.push(id), { concurrency: 2 });
    queue.subscribe("news", (payload) => heard?.push(payload));
    await queue.enqueue("turns", "before");
    await until(() => ran?.length === 1);

    await dropConnections(postgresUrl);
    await until(async () => (await queue.health()).ok && (await other.health()).ok);
    await other.enqueue("turns", "after");
    await until(() => ran?.includes("after") === true);
    await until(async () => {
      other.publish("news", "still here");
      await pause(20);
      return heard?.length !== 0;
    });
    expect(ran).toEqual(["before", "after"]);
  });
});

async function dropConnections(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await client.end();
}
