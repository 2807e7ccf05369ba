import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

import { createPglitePool } from "../../src/queue/pglite-pool.ts";
import { pause, until } from "../support/until.ts";

const pglite = await PGlite.create();
afterAll(() => pglite.close());

const pool = createPglitePool(pglite);
const count = async () => Number((await pool.query("select count(*) as n from t")).rows[0].n);

describe("a pool over one PGlite instance", () => {
  beforeEach(() => pglite.exec("drop table if exists t; create table t (a int)"));

  it("answers in the types that pg answers in", async () => {
    const { rows } = await pool.query(
      `select 5::int8 as big, '{"a":1}'::jsonb as json, $1::int as n`,
      [7],
    );
    expect(rows).toEqual([{ big: "5", json: { a: 1 }, n: 7 }]);
  });

  it("rolls back what a client did, and nothing else", async () => {
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query("insert into t values (1)");
    const outside = [
      pool.query("insert into t values (2)"),
      pglite.query("insert into t values ($1)", [3]),
      pglite.transaction((tx) => tx.query("insert into t values (4)")),
    ];
    await pause(30);
    await client.query("ROLLBACK");
    await Promise.all(outside);
    expect((await pool.query("select a from t order by a")).rows).toEqual([
      { a: 2 },
      { a: 3 },
      { a: 4 },
    ]);
    client.release();
  });

  it("keeps its own statements out of the transaction of others", async () => {
    const rolledBack = pglite.transaction(async (tx) => {
      await tx.query("insert into t values (1)");
      await pause(30);
      await tx.rollback();
    });
    const added = pool.query("insert into t values ($1)", [2]);
    await Promise.all([rolledBack, added]);
    expect((await pool.query("select a from t")).rows).toEqual([{ a: 2 }]);
  });

  it("commits even when the command hides behind a comment", async () => {
    const client = await pool.connect();
    await client.query("-- first of all\n  /* really */ begin");
    await client.query("insert into t values ($1)", [1]);
    await client.query("commit;");
    client.release();
    await pglite.exec("rollback");
    expect(await count()).toBe(1);
  });

  it("keeps transactions of two clients apart, one after the other", async () => {
    const [one, two] = [await pool.connect(), await pool.connect()];
    await one.query("BEGIN");
    const begun = two.query("BEGIN").then(() => two.query("insert into t values (2)"));
    await one.query("insert into t values (1)");
    await one.query("COMMIT");
    await begun;
    await two.query("ROLLBACK");
    expect((await pool.query("select a from t")).rows).toEqual([{ a: 1 }]);
    one.release();
    two.release();
  });

  it("rolls back when a client is released in the middle of a transaction", async () => {
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query("insert into t values (1)");
    client.release();
    expect(await count()).toBe(0);
  });

  it("reports a failing statement and lets the transaction be rolled back", async () => {
    const client = await pool.connect();
    await client.query("BEGIN");
    await expect(client.query("select * from nowhere")).rejects.toThrow("nowhere");
    await client.query("ROLLBACK");
    await client.query("insert into t values (1)");
    client.release();
    expect(await count()).toBe(1);
  });

  it("passes notifications to every client until it is released", async () => {
    const [one, two] = [await pool.connect(), await pool.connect()];
    const heard: string[] = [];
    one.on("notification", ({ payload }) => heard.push(`one ${payload}`));
    two.on("notification", ({ payload }) => heard.push(`two ${payload}`));
    await one.query("/* BullMQ comments its statements */ LISTEN news");
    await pool.query("select pg_notify('news', $1)", ["a"]);
    await until(() => heard.length === 2);
    one.release();
    await pool.query("select pg_notify('news', $1)", ["b"]);
    await until(() => heard.length === 3);
    expect(heard).toEqual(["one a", "two a", "two b"]);
    two.release();
  });
});
