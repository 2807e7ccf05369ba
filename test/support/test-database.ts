import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databaseSchema } from "../../src/database-schema.ts";
import type { Database } from "../../src/store/database.ts";
import { openPglite } from "../../src/store/open-pglite.ts";
import { openPostgres } from "../../src/store/open-postgres.ts";
import { requireTemplate } from "./embedded-template.ts";
import { findPostgres, type PostgresService, requirePostgres } from "./services.ts";

export type TestDatabase = {
  db: Database;
  /** Where other processes reach it; undefined on the embedded size. */
  url: string | undefined;
  drop(): Promise<void>;
};

/** A size of the product that tests can be run on; each `open` is a fresh migrated database. */
export type TestSize = { name: string; open(): Promise<TestDatabase> };

const embedded: TestSize = { name: "the embedded database", open: openEmbedded };

/** The embedded size, and Postgres where one is at hand. Call it at the top of a test file. */
export async function testSizes(): Promise<TestSize[]> {
  const postgres = await requirePostgres();
  return postgres ? [embedded, onPostgres(postgres)] : [embedded];
}

/** For tests to which the size is all one: a Postgres that runs already opens ten times quicker. */
export async function quickSize(): Promise<TestSize> {
  const postgres = await findPostgres();
  return postgres ? onPostgres(postgres) : embedded;
}

function onPostgres(postgres: PostgresService): TestSize {
  const open = async () => {
    const database = await postgres.createDatabase();
    const { url } = database;
    const db = await openPostgres(url, databaseSchema, { poolSize: 4 });
    return {
      db,
      url,
      drop: async () => {
        await db.close();
        await database.drop();
      },
    };
  };
  return { name: "Postgres", open };
}

async function openEmbedded(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-test-"));
  cpSync(await requireTemplate(), join(folder, "database"), { recursive: true });
  const db = await openPglite(folder, databaseSchema);
  return {
    db,
    url: undefined,
    drop: async () => {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
