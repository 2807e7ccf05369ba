import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sql, statement } from "../../src/store/sql.ts";
import { testSizes, type TestDatabase } from "../support/test-database.ts";

const ECHO = statement(
  "echo_values",
  `select $1::int as number, $2::bigint as big, $3::text as text, $4::boolean as flag, $5::jsonb as json,
     $6::uuid as uuid, $7::text[] as list, $8::text as nothing`,
);
const READ = statement("read_thing", "select name from thing where id = $1::int");
/** How often this connection has run this very statement with a plan that it keeps. */
const COUNT = statement(
  "count_runs",
  `select coalesce(sum(generic_plans + custom_plans), 0) as runs
   from pg_prepared_statements where name = 'count_runs'`,
);
const ID = "01a1fd66-1afb-71c0-9244-4669d7ba8084";

describe.each(await testSizes())("hand-written statements on $name", (size) => {
  let database: TestDatabase;
  let sql: Sql;
  beforeAll(async () => {
    database = await size.open();
    ({ sql } = database.db);
    await database.db.em().execute("create table thing (id int primary key, name text)");
  });
  afterAll(() => database.drop());

  it("take and give values of every type, the tenth time as the first", async () => {
    for (let round = 0; round < 10; round++) {
      const text = `round ${round} 🎭 «שלום»\n"quoted", {braced}`;
      const json = { round, list: [1, "two", null] };
      const list = ["a,b", 'c"d', "", "NULL", text];
      const values = [round, "9007199254740993", text, round % 2 === 0, json, ID, list, null];
      expect(await sql.rows(ECHO, values)).toEqual([
        {
          number: round,
          big: "9007199254740993",
          text,
          flag: round % 2 === 0,
          json,
          uuid: ID,
          list,
          nothing: null,
        },
      ]);
    }
  });

  it("are planned once per connection", async () => {
    let most = 0;
    for (let run = 0; run < 20; run++) {
      const [kept] = await sql.rows<{ runs: string }>(COUNT, []);
      most = Math.max(most, Number(kept?.runs));
    }
    // They are shared among the four connections of a pool at most.
    expect(most).toBeGreaterThanOrEqual(20 / 4 - 1);
  });

  it("answer no rows where there are none", async () => {
    const none = statement("no_things", "select id from thing where id = $1::int");
    expect(await sql.rows(none, [1])).toEqual([]);
    const write = statement("delete_thing", "delete from thing where id = $1::int");
    expect(await sql.rows(write, [1])).toEqual([]);
  });

  it("fail with the database's code, again and again, and harm nothing that follows", async () => {
    const add = statement("add_thing", "insert into thing (id, name) values ($1::int, $2::text)");
    await sql.rows(add, [7, "first"]);
    for (let round = 0; round < 3; round++) {
      await expect(sql.rows(add, [7, "twin"])).rejects.toMatchObject({ code: "23505" });
      await expect(sql.rows(READ, ["no number"])).rejects.toMatchObject({ code: "22P02" });
      await expect(sql.rows(READ, [])).rejects.toMatchObject({ code: "08P01" });
    }
    const wrong = statement("wrong", "select from where");
    await expect(sql.rows(wrong, [])).rejects.toMatchObject({ code: "42601" });
    await expect(sql.rows(wrong, [])).rejects.toMatchObject({ code: "42601" });
    await sql.rows(add, [8, "next"]);
    const read = statement("read_things", "select name from thing order by id");
    expect(await sql.rows(read, [])).toEqual([{ name: "first" }, { name: "next" }]);
  });

  it("stay out of a transaction of the ORM that is rolled back", async () => {
    const add = statement("add_thing", "insert into thing (id, name) values ($1::int, $2::text)");
    let added: Promise<unknown> | undefined;
    const failing = database.db.em().transactional(async (tx) => {
      await tx.execute("insert into thing (id, name) values (20, 'rolled back')");
      added = sql.rows(add, [21, "stays"]);
      await tx.execute("select pg_sleep(0.02)");
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    await added;
    const read = statement("read_from_20", "select name from thing where id >= 20");
    expect(await sql.rows(read, [])).toEqual([{ name: "stays" }]);
  });
});
