import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseSchema } from "../../src/database-schema.ts";
import { newId } from "../../src/base/ids.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openPostgres } from "../../src/store/open-postgres.ts";
import { requirePostgres } from "../support/services.ts";
import { statement } from "../../src/store/sql.ts";
import { type TestDatabase, testSizes } from "../support/test-database.ts";

const sizes = await testSizes();
const postgres = await requirePostgres();

describe.each(sizes)("the schema, on $name", (size) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await size.open();
  });
  afterAll(() => database.drop());

  it("is the same in the migrations and in the entities", async () => {
    const sql = await database.db.orm.schema.getUpdateSchemaSQL();
    const statements = sql
      .split(";")
      .map((text) => text.trim())
      .filter((text) => text !== "" && !text.startsWith("set "));
    // The view over the journal's steps and the claim's function are no entities.
    expect(statements).toEqual([
      'drop view if exists "turn_step" cascade',
      'drop function if exists "running_experiment"(uuid, text, uuid, uuid, uuid)',
    ]);
  });

  it("is migrated once: a second migration changes nothing", async () => {
    const executed = () => database.db.orm.migrator.getExecuted();
    const before = await executed();
    await migrate(database.db.orm);
    expect(await executed()).toEqual(before);
    expect(before.map(({ name }) => name)).toEqual(
      databaseSchema.migrations.map(({ name }) => name),
    );
  });

  it("of a newer version is refused", async () => {
    const em = database.db.em();
    await em.execute("insert into mikro_orm_migrations (name) values ('9999-future')");
    await expect(migrate(database.db.orm)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("9999-future"),
    });
    await em.execute("delete from mikro_orm_migrations where name = '9999-future'");
  });

  it("gives prepared statements the same values on every size", async () => {
    const probe = statement(
      "probe",
      `select $1::uuid as id, '9007199254740993'::bigint as big, 7::int as small, true as yes,
         null::text as nothing, array['a', 'b']::text[] as list,
         json_build_object('a', 1, 'b', json_build_array(true, null)) as json, $2::jsonb as jsonb,
         'text with ''quotes'' and ünïcode 😀' as text, 1.5::float as float`,
    );
    const id = newId();
    const [row] = await database.db.sql.rows(probe, [id, JSON.stringify({ deep: [1, "x"] })]);
    expect(row).toEqual({
      id,
      big: "9007199254740993",
      small: 7,
      yes: true,
      nothing: null,
      list: ["a", "b"],
      json: { a: 1, b: [true, null] },
      jsonb: { deep: [1, "x"] },
      text: "text with 'quotes' and ünïcode 😀",
      float: 1.5,
    });
  });

  it("gives prepared statements times as text", async () => {
    const [row] = await database.db.sql.rows<{ at: unknown }>(
      statement("at", "select timestamptz '2026-03-10T10:30:00Z' as at"),
      [],
    );
    expect(typeof row?.at).toBe("string");
    expect(new Date(row?.at as string).toISOString()).toBe("2026-03-10T10:30:00.000Z");
  });

  it("has a row per step of a journal in its view", async () => {
    const rows = await database.db.em().execute("select * from turn_step");
    expect(rows).toEqual([]);
  });
});

describe.skipIf(!postgres)("several processes that start on an empty Postgres at once", () => {
  it("apply each migration once", async () => {
    const database = await postgres?.createDatabase();
    const url = database?.url ?? "";
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => openPostgres(url, databaseSchema, { poolSize: 2 })),
    );
    const executed = await opened[0]?.orm.migrator.getExecuted();
    expect(executed).toHaveLength(databaseSchema.migrations.length);
    await Promise.all(opened.map((db) => db.close()));
    await database?.drop();
  });

  it("leave no lock behind that the next start would wait for", async () => {
    const database = await postgres?.createDatabase();
    const db = await openPostgres(database?.url ?? "", databaseSchema, { poolSize: 2 });
    const locks = await db
      .em()
      .execute(
        "select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      );
    expect(locks).toEqual([]);
    await db.close();
    await database?.drop();
  });
});
