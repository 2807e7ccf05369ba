import { Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/postgresql";
import type { Pool } from "pg";
import { AppError, toErrorMessage } from "../base/errors.ts";
import type { Database, DatabaseSchema } from "./database.ts";
import { gatherStatements } from "./gather.ts";
import { migrate } from "./migrate.ts";
import type { Sql, Statement } from "./sql.ts";

const MIGRATION_LOCK = 7_462_310_711;

/** Opens and migrates a Postgres 15+ database; an unreachable one is an `UNAVAILABLE` error. */
export async function openPostgres(
  url: string,
  schema: DatabaseSchema,
  options: { poolSize: number },
): Promise<Database> {
  const resources = new AsyncDisposableStack();
  try {
    const orm = await MikroORM.init({
      clientUrl: url,
      // A misspelt name in the URL must not become a new, empty database.
      ensureDatabase: false,
      entities: schema.entities,
      migrations: { migrationsList: schema.migrations as never, snapshot: false, silent: true },
      extensions: [Migrator],
      pool: { min: 1, max: options.poolSize },
      driverOptions: {
        connectionTimeoutMillis: 5000,
        application_name: "troupe",
        options: "-c plan_cache_mode=force_generic_plan -c jit=off",
      },
    });
    resources.defer(() => orm.close(true));
    const pool = await orm.em.getConnection().getNativeClient();
    await underLock(pool, () => migrate(orm));
    return {
      size: "server",
      orm,
      sql: createPoolSql(pool),
      em: () => orm.em.fork(),
      ping: async () => void (await pool.query("select 1")),
      close: () => resources.disposeAsync(),
    };
  } catch (cause) {
    await resources.disposeAsync();
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      "UNAVAILABLE",
      `Postgres at ${describePostgres(url)} cannot be used: ${toErrorMessage(cause)}. Check DATABASE_URL and that the server runs.`,
      { cause },
    );
  }
}

export function createPoolSql(pool: Pool): Sql {
  const rows: Sql["rows"] = async <Row extends object>(
    { name, text }: Statement,
    params: readonly unknown[],
  ) => {
    const result = await pool.query<Row>({ name, text, values: params as unknown[] });
    return result.rows;
  };
  return { rows, gathered: gatherStatements(rows) };
}

/** Several processes may start at once: one migrates, the others wait for it. */
async function underLock(pool: Pool, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await work();
    await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]);
  } finally {
    client.release();
  }
}

/** Host, port and database of a connection URL, without its credentials. */
export function describePostgres(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
