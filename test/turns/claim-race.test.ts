import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatherStatements } from "../../src/store/gather.ts";
import type { Sql } from "../../src/store/sql.ts";
import { createConversationRunner } from "../../src/turns/lane/run-conversation.ts";
import { claimConversation } from "../../src/turns/lane/claim-conversation.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";
import { until } from "../support/until.ts";

const postgres = (await testSizes()).find(({ name }) => name === "Postgres");

describe.skipIf(!postgres)("two workers that claim a conversation at the same moment", () => {
  let app: TestApp;
  let client: Client;
  beforeAll(async () => {
    if (!postgres) return;
    app = await openTestApp({ size: postgres });
    client = new Client({ connectionString: app.databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    if (!postgres) return;
    await client.end();
    await app.close();
  });

  it("never reopen a turn that the faster one has ended before the slower one got its lock", async () => {
    const { turnIds } = await app.say("race", "Ana", "Hello");
    const turnId = turnIds[0] ?? "";
    const { id } = await app.conversationOf(turnId);
    const slower = await app.join();

    // The faster worker's claim, answer and record, in one transaction that holds the row's lock.
    const rows: Sql["rows"] = async ({ text }, params) =>
      (await client.query(text, params as unknown[])).rows as never;
    const inTransaction: Sql = { rows, gathered: gatherStatements(rows) };
    await client.query("begin");
    await client.query("select from conversation where id = $1 for update", [id]);
    const claiming = claimConversation(slower.scope, id);
    await until(async () => {
      const waiting = await app.db
        .em()
        .execute(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
      return waiting.length > 0;
    });
    const signal = new AbortController().signal;
    await createConversationRunner({ ...app.scope, sql: inTransaction })(id, signal);
    await client.query("commit");

    expect(await claiming).toBeUndefined();
    expect(await app.turn(turnId)).toMatchObject({ status: "done", attempts: 1 });

    await app.work();
    expect((await app.ask("race", "Ana", "Still there?")).status).toBe("done");
  });
});
