import { Pool } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { isDatabaseAway } from "../../src/store/is-database-away.ts";
import { requirePostgres } from "../support/services.ts";

const postgres = await requirePostgres();

function openPool(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: 1, connectionTimeoutMillis: 50 });
  pool.on("error", () => undefined);
  onTestFinished(() => pool.end());
  return pool;
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a statement that could not be asked", () => {
  it("tells that nobody listens where the database is said to be", async () => {
    const pool = openPool("postgres://me@127.0.0.1:1/troupe");
    expect(isDatabaseAway(await failureOf(pool.query("select 1")))).toBe(true);
  });

  it.skipIf(!postgres)("tells that no connection became free in time", async () => {
    const pool = new Pool({ connectionString: postgres?.url, max: 1 });
    const held = await pool.connect();
    pool.options.connectionTimeoutMillis = 50;
    const failure = await failureOf(pool.query("select 1"));
    held.release();
    await pool.end();
    expect(failure).toMatchObject({ message: expect.stringContaining("timeout exceeded") });
    expect(isDatabaseAway(failure)).toBe(true);
  });

  it.skipIf(!postgres)("tells that the server ended the connection", async () => {
    const pool = new Pool({ connectionString: postgres?.url, max: 1 });
    pool.on("error", () => undefined);
    const end = pool.query("select pg_terminate_backend(pg_backend_pid())");
    const failure = await failureOf(end);
    await pool.end();
    expect(isDatabaseAway(failure)).toBe(true);
  });
});

it.skipIf(!postgres)("a statement that the database refuses is no such case", async () => {
  const pool = new Pool({ connectionString: postgres?.url, max: 1 });
  const failure = await failureOf(pool.query("select 1 / 0"));
  await pool.end();
  expect(failure).toBeInstanceOf(Error);
  expect(isDatabaseAway(failure)).toBe(false);
});
