import { afterAll, beforeAll, describe } from "vitest";

import { silentLog } from "../../src/base/log.ts";
import { createBullQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import { describeBroadcast } from "../contracts/broadcast.ts";
import { describeJobQueue } from "../contracts/job-queue.ts";
import { requirePostgres, type TestDatabase } from "../support/services.ts";

const postgres = await requirePostgres();

describe.skipIf(!postgres)("with Postgres at hand", () => {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await postgres?.createDatabase();
  });
  afterAll(() => database?.drop());

  const open = (options = {}) =>
    createBullQueue({ log: silentLog, on: { postgresUrl: database?.url ?? "" }, ...options });
  describeJobQueue("Postgres", { open, shared: true });
  describeBroadcast("Postgres", { open, shared: true });
});
