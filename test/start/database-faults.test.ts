import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { findSizes, type Site } from "../support/faults/sizes.ts";
import { requirePostgres } from "../support/services.ts";

const NEWER = "0999-from-the-future";
const postgres = await requirePostgres();
const sizes = await findSizes();

describe.skipIf(!postgres)("a start on a shared database", { timeout: 300_000 }, () => {
  const refuse = async (site: Site, env: Record<string, string>) => {
    const process = site.start(env);
    const { code } = await process.exited;
    const stderr = process.stderr();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^troupe: /);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.trim().split("\n").length).toBe(1);
    return stderr;
  };
  const site = async (): Promise<Site & { url: string }> => {
    const embedded = await sizes[0]?.openSite();
    const database = await postgres?.createDatabase();
    if (!embedded || !database) throw new Error("no Postgres");
    onTestFinished(() => database.drop());
    return { ...embedded, url: database.url };
  };

  it("names a Redis that does not answer, without its password", async () => {
    const { url, ...rest } = await site();
    const stderr = await refuse(rest, {
      DATABASE_URL: url,
      REDIS_URL: "redis://me:hunter2@127.0.0.1:1",
    });
    expect(stderr).toContain("Redis at 127.0.0.1:1 does not answer");
    expect(stderr).not.toContain("hunter2");
  });

  it("names a database that does not exist, and does not make it", async () => {
    const { url, ...rest } = await site();
    const missing = `${url}_misspelt`;
    const stderr = await refuse(rest, { DATABASE_URL: missing });
    expect(stderr).toContain("_misspelt cannot be used");
    await expect(query(missing, "select 1")).rejects.toThrow("does not exist");
  });

  it("refuses a database that is newer than the code, and leaves it as it is", async () => {
    const { url, ...rest } = await site();
    const first = rest.start({ DATABASE_URL: url });
    await first.ready;
    expect(await first.stop("SIGTERM")).toEqual({ code: 0, signal: null });
    await query(url, `insert into mikro_orm_migrations (name) values ('${NEWER}')`);
    const stderr = await refuse(rest, { DATABASE_URL: url });
    expect(stderr).toContain(
      `The database is newer than this code (it has the migration ${NEWER})`,
    );
    const names = await query(url, "select name from mikro_orm_migrations order by name");
    expect(names.at(-1)).toEqual({ name: NEWER });
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}
