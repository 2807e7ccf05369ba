import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/pglite";
import { createPostgreSqlTypeParsers } from "@mikro-orm/sql";
import { AppError, toErrorMessage } from "../base/errors.ts";
import { lockDataFolder } from "./data-folder-lock.ts";
import type { Database, DatabaseSchema } from "./database.ts";
import { migrate } from "./migrate.ts";
import { createPgliteSql } from "./pglite-sql.ts";

/** The type's number in Postgres. */
const BIGINT = 20;

/**
 * Opens and migrates the embedded database in `dataDir`, which one process owns at a time; a folder
 * in use is a `CONFLICT` error, an unusable one `UNAVAILABLE`. Without a folder the database lives in memory.
 */
export async function openPglite(
  dataDir: string | undefined,
  schema: DatabaseSchema,
): Promise<Database> {
  const resources = new AsyncDisposableStack();
  try {
    if (dataDir !== undefined) {
      resources.defer(await takeDataFolder(dataDir));
    }
    const pglite = await createPglite(dataDir);
    resources.defer(() => pglite.close());
    const orm = await MikroORM.init({
      dbName: "postgres",
      entities: schema.entities,
      migrations: { migrationsList: schema.migrations as never, snapshot: false, silent: true },
      extensions: [Migrator],
      driverOptions: { pglite },
    });
    resources.defer(() => orm.close(true));
    await migrate(orm);
    return {
      size: "embedded",
      orm,
      sql: createPgliteSql(pglite),
      em: () => orm.em.fork(),
      ping: async () => void (await pglite.query("select 1")),
      close: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

/** Owns the folder until the returned function is called. */
export async function takeDataFolder(dataDir: string): Promise<() => Promise<void>> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return await lockDataFolder(dataDir);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      "UNAVAILABLE",
      `The data folder ${dataDir} cannot be used: ${toErrorMessage(cause)}. Check DATA_DIR and its permissions.`,
      { cause },
    );
  }
}

export async function createPglite(dataDir: string | undefined): Promise<PGlite> {
  const parsers = {
    ...createPostgreSqlTypeParsers(parseTextArray),
    // As from Postgres: PGlite would make a number or a bigint of it, depending on its size.
    [BIGINT]: (text: string) => text,
  };
  try {
    return dataDir === undefined
      ? await PGlite.create({ parsers })
      : await PGlite.create({ dataDir: join(dataDir, "database"), parsers });
  } catch (cause) {
    const hint = "Restore it from a back-up, or move it away to start afresh.";
    throw new AppError(
      "UNAVAILABLE",
      `The embedded database in ${dataDir ?? "memory"} cannot be opened: ${toErrorMessage(cause)}. ${hint}`,
      { cause },
    );
  }
}

/** Arrays of dates stay arrays of text, as the ORM expects; elements hold no commas or quotes. */
function parseTextArray(literal: string): string[] {
  const inner = literal.slice(1, -1);
  return inner === "" ? [] : inner.split(",").map((item) => item.replaceAll('"', ""));
}
