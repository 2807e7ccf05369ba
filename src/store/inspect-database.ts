import { existsSync } from "node:fs";
import { join } from "node:path";
import { Pool } from "pg";
import { AppError, toErrorMessage } from "../base/errors.ts";
import { createPglite, takeDataFolder } from "./open-pglite.ts";
import { createPoolSql, describePostgres } from "./open-postgres.ts";
import { createPgliteSql } from "./pglite-sql.ts";
import { statement, type Sql } from "./sql.ts";

/** A database as it is found, which nothing is done to. */
export type Inspection = {
  /** Which database, without its credentials. */
  place: string;
  /** The names of the migrations it has had; none where it is empty. */
  migrations: string[];
  sql: Sql;
  close(): Promise<void>;
};

const HAS_TABLES = statement(
  "has_migrations",
  `select to_regclass('mikro_orm_migrations') is not null as "isThere"`,
);
const MIGRATIONS = statement(
  "list_migrations",
  `select name from mikro_orm_migrations order by id`,
);
const TIMEOUT_MS = 5000;
const OLDEST_SERVER = 150_000;

/** Looks at a Postgres. One that cannot be used is an `UNAVAILABLE` error that says why. */
export async function inspectPostgres(url: string): Promise<Inspection> {
  const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: TIMEOUT_MS });
  pool.on("error", () => undefined);
  const place = `Postgres at ${describePostgres(url)}`;
  try {
    const { rows } = await pool.query<{ version: string; number: number }>(
      `select current_setting('server_version') as version,
         current_setting('server_version_num')::int as number`,
    );
    const [server] = rows;
    if (!server || server.number < OLDEST_SERVER) {
      throw new Error(`it is version ${server?.version}, and 15 or newer is needed`);
    }
    const sql = createPoolSql(pool);
    return { place, sql, migrations: await listMigrations(sql), close: () => pool.end() };
  } catch (cause) {
    await pool.end();
    const why = toErrorMessage(cause) || "it does not answer";
    const todo = "Check DATABASE_URL and that the server runs.";
    throw new AppError("UNAVAILABLE", `${place} cannot be used: ${why}. ${todo}`, { cause });
  }
}

/**
 * Looks at the embedded database; undefined where none was made yet. A folder that a running server
 * owns is a `CONFLICT` error.
 */
export async function inspectPglite(dataDir: string): Promise<Inspection | undefined> {
  if (!existsSync(join(dataDir, "database"))) return undefined;
  const resources = new AsyncDisposableStack();
  try {
    resources.defer(await takeDataFolder(dataDir));
    const pglite = await createPglite(dataDir);
    resources.defer(() => pglite.close());
    const sql = createPgliteSql(pglite);
    const migrations = await listMigrations(sql);
    return {
      place: `embedded, in ${dataDir}`,
      sql,
      migrations,
      close: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

async function listMigrations(sql: Sql): Promise<string[]> {
  const [found] = await sql.rows<{ isThere: boolean }>(HAS_TABLES, []);
  if (!found?.isThere) return [];
  return (await sql.rows<{ name: string }>(MIGRATIONS, [])).map(({ name }) => name);
}
