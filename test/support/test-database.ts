import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../src/base/ids.ts";
import { databaseSchema } from "../../src/database-schema.ts";
import type { Database } from "../../src/store/database.ts";
import { openPglite } from "../../src/store/open-pglite.ts";
import { openPostgres } from "../../src/store/open-postgres.ts";
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

/** Making an embedded database takes seconds, copying a migrated one a tenth of that. */
async function requireTemplate(): Promise<string> {
  const sources = databaseSchema.migrations.map((migration) => migration.class.toString());
  const lockFile = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
  const version = sha256([...sources, lockFile].join("\n")).slice(0, 16);
  const path = join(tmpdir(), `troupe-test-template-${version}`);
  if (existsSync(path)) return path;
  const building = mkdtempSync(join(tmpdir(), "troupe-test-template-"));
  const db = await openPglite(building, databaseSchema);
  await db.close();
  try {
    renameSync(join(building, "database"), path);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return path;
}
