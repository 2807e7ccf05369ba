import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setPreferences } from "../../src/rooms/set-preferences.ts";
import { forgetPerson } from "../../src/turns/privacy/forget-person.ts";
import { judgeLastAnswer } from "../../src/turns/feedback/judge-last-answer.ts";
import { loadRoomSpend, loadWorkspaceSpend } from "../../src/turns/load-spend.ts";
import { loadStoredAbout } from "../../src/turns/privacy/stored-about.ts";
import { statement } from "../../src/store/sql.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();
const PERSON = statement("test_person_id", `select id from person where name = $1`);
const SUMMARISE = statement(
  "test_summarise",
  `update conversation set summary = 'Ana likes plums.', summarised_through = 1 where id = $1
   returning id`,
);

describe.each(sizes)("what is kept about a person, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.work();
  });
  afterAll(() => app.close());

  const idOf = async (name: string) => {
    const [row] = await app.db.sql.rows<{ id: string }>(PERSON, [name]);
    return row?.id ?? "";
  };

  it("is told, and goes when the person wishes, while others' words stay", async () => {
    await app.ask("plums", "Ana", "I like plums");
    await app.db
      .em()
      .execute(
        `update message set files = '[{"id": "F1", "name": "plum.png"}]' where text like '%plums'`,
      );
    const turn = await app.ask("plums", "Ben", "I like pears");
    await app.db.sql.rows(SUMMARISE, [(await app.conversationOf(turn.id)).id]);
    const ana = await idOf("Ana");
    await judgeLastAnswer(app.control, "console:plums", {
      personId: ana,
      verdict: "bad",
      reason: "I wanted plums",
    });
    await setPreferences({ em: app.db.em(), directory: app.control.directory }, "console:plums", {
      person: { externalId: "ana", name: "Ana" },
      changes: { style: "formal", timeZone: "Europe/Berlin" },
    });
    expect(await loadStoredAbout(app.scope, ana)).toMatchObject({
      name: "Ana",
      preferences: { style: "formal" },
      timeZone: "Europe/Berlin",
      messages: 1,
      rooms: 1,
      summaries: 1,
      files: 1,
      verdicts: 1,
      reasons: 1,
    });

    expect(await forgetPerson(app.control, ana)).toEqual({ messages: 1, summaries: 1 });
    expect(await forgetPerson(app.control, ana)).toEqual({ messages: 0, summaries: 0 });
    expect(await loadStoredAbout(app.scope, ana)).toMatchObject({
      preferences: {},
      timeZone: "UTC",
      messages: 0,
      files: 0,
      summaries: 0,
      verdicts: 1,
      reasons: 0,
    });
    const texts = (await app.messagesOf("plums"))
      .filter(({ author }) => author !== "Sage")
      .map(({ author, text }) => [author, text]);
    expect(texts).toEqual([
      ["Ana", ""],
      ["Ben", "I like pears"],
    ]);
    const everything = await app.db.em().execute<{ all: string }[]>(
      `select (select json_agg(m) from message m)::text || (select json_agg(f) from feedback f)::text
         || (select json_agg(c) from conversation c)::text as "all"`,
    );
    expect(everything[0]?.all).not.toContain("plums.");
    expect(everything[0]?.all).not.toContain("I like plums");
    expect(everything[0]?.all).not.toContain("wanted plums");
  });

  it("reaches no later prompt", async () => {
    await app.ask("secret", "Cid", "My cat is called Momo");
    await forgetPerson(app.control, await idOf("Cid"));
    app.model.requests.length = 0;
    await app.ask("secret", "Dora", "Who is Momo's owner?");
    const prompt = JSON.stringify(app.model.requests);
    expect(prompt).toContain("Momo's owner");
    expect(prompt).not.toContain("My cat is called");
    expect(await app.ask("secret", "Cid", "Hello again")).toMatchObject({ status: "done" });
  });

  it("is nothing for somebody unknown", async () => {
    const nobody = "00000000-0000-7000-8000-000000000000";
    expect(await loadStoredAbout(app.scope, nobody)).toBeUndefined();
  });
});

describe.each(sizes)("what a room has cost, on $name", (size) => {
  it("is summed over its threads and days, by agent, also for its workspace, and is nothing elsewhere", async () => {
    const app = await openTestApp({ size });
    await app.work();
    const first = await app.ask("dear", "Ana", "One");
    const second = await app.ask("dear:thread", "Ana", "@sage two");
    const spend = await loadRoomSpend(app.control, "console:dear");
    const sum = (first.costMicros + second.costMicros).toString();
    expect(spend).toMatchObject([
      { slug: "sage", turns: 2, costMicros: sum, costMicrosToday: sum },
    ]);
    const [old, fresh] = [first.costMicros, second.costMicros];
    await app.db
      .em()
      .execute("update turn set finished_at = finished_at - interval '2 days' where id = ?", [
        first.id,
      ]);
    const dated = { costMicrosToday: `${fresh}`, costMicrosMonth: sum, costMicros: sum };
    expect(await loadRoomSpend(app.control, "console:dear")).toMatchObject([dated]);
    const elsewhere = await app.ask("cheap", "Ana", "Three");
    const here = { platform: "console", externalId: "local" } as const;
    expect(await loadWorkspaceSpend(app.control, here)).toMatchObject([
      { turns: 3, costMicros: `${old + fresh + elsewhere.costMicros}` },
    ]);
    const other = { platform: "slack", externalId: "T1" } as const;
    expect(await loadWorkspaceSpend(app.control, other)).toEqual([]);
    expect(await loadRoomSpend(app.control, "console:dea")).toEqual([]);
    expect(await loadRoomSpend(app.control, "console:dear:thread")).toMatchObject([{ turns: 1 }]);
    await app.close();
  });
});
