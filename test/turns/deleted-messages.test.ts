import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deleteMessage } from "../../src/rooms/change-message.ts";
import { newId } from "../../src/base/ids.ts";
import { gatherStatements } from "../../src/store/gather.ts";
import type { Sql } from "../../src/store/sql.ts";
import { claimConversation } from "../../src/turns/lane/claim-conversation.ts";
import { forgetPerson } from "../../src/turns/privacy/forget-person.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";
import { until } from "../support/until.ts";

const sizes = await testSizes();
const REASON = "The message was deleted before it was answered.";

describe.each(sizes)("a message that is deleted, on $name", (size) => {
  let app: TestApp;
  let rooms = 0;
  beforeAll(async () => {
    app = await openTestApp({ size });
  });
  afterAll(() => app.close());

  async function say(text: string, process: TestApp = app, room = `deleted-${rooms++}`) {
    const externalId = newId();
    const { turnIds } = await process.say(room, "Ana", text, externalId);
    const turnId = turnIds[0] ?? "";
    const { id: conversationId } = await app.conversationOf(turnId);
    const remove = () => deleteMessage(app.control, { roomKey: `console:${room}`, externalId });
    return { room, turnId, conversationId, remove };
  }

  it("before its turn is claimed is not answered", async () => {
    const { turnId, conversationId, remove } = await say("My secret is plums.");
    app.model.requests.length = 0;
    await remove();
    await app.run(conversationId);
    expect(await app.turn(turnId)).toMatchObject({ status: "declined", reason: REASON });
    expect(app.model.requests).toEqual([]);
  });

  it("while its turn runs is answered, and in no later prompt", async () => {
    const { room, turnId, conversationId, remove } = await say("My secret is plums.");
    app.model.respond(() => ({ text: "Noted." }));
    app.sql.hook(async (name, when) => {
      if (name !== "finish_turn" || when !== "before") return;
      app.sql.hook(undefined);
      await remove();
    });
    await app.run(conversationId);
    expect((await app.turn(turnId)).status).toBe("done");
    app.model.requests.length = 0;
    const next = await say("What did I say?", app, room);
    await app.run(next.conversationId);
    const prompt = JSON.stringify(app.model.requests);
    expect(prompt).toContain("What did I say?");
    expect(prompt).not.toContain("plums");
  });

  it("while its turn was broken off by a crash is not answered by whoever resumes it", async () => {
    const first = await app.join();
    const { room, turnId, conversationId, remove } = await say("My secret is plums.", first);
    first.sql.hook((name) => {
      if (name === "finish_turn") throw new Error("crash");
    });
    await first.run(conversationId).catch(() => undefined);
    await first.die();
    await remove();
    app.model.requests.length = 0;
    await app.run(conversationId);
    expect(await app.turn(turnId)).toMatchObject({ status: "declined", reason: REASON });
    expect(app.model.requests).toEqual([]);
    expect((await app.messagesOf(room)).filter(({ author }) => author === "Sage")).toEqual([]);
  });
});

const postgres = sizes.find(({ name }) => name === "Postgres");
describe.skipIf(!postgres)("a claim that waits while its message is taken away", () => {
  let app: TestApp;
  let client: Client;
  beforeAll(async () => {
    if (!postgres) return;
    app = await openTestApp({ size: postgres });
    client = new Client({ connectionString: app.databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    if (!postgres) return;
    await client.end();
    await app.close();
  });

  const rows: Sql["rows"] = async ({ text }, params) =>
    (await client.query(text, params as unknown[])).rows as never;
  const taken = {
    "as it is deleted": (sql: Sql, room: string) =>
      deleteMessage({ ...app.control, sql }, { roomKey: `console:${room}`, externalId: "m1" }),
    "as its person is forgotten": async (sql: Sql) => {
      const [ana] = await app.db
        .em()
        .execute<{ id: string }[]>("select id from person where name = 'Ana'");
      return forgetPerson({ ...app.control, sql }, ana?.id ?? "");
    },
  };

  /** The claim has read what was there before and waits for the lock. */
  const untilLocked = () =>
    until(async () => {
      const waiting = await app.db
        .em()
        .execute(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
      return waiting.length > 0;
    });

  it.each(Object.entries(taken))("finds nothing, %s", async (how, take) => {
    const room = how.replaceAll(" ", "-");
    const { turnIds } = await app.say(room, "Ana", "My secret is plums.", "m1");
    const { id } = await app.conversationOf(turnIds[0] ?? "");
    await client.query("begin");
    await take({ rows, gathered: gatherStatements(rows) }, room);
    const claiming = claimConversation(app.scope, id);
    await untilLocked();
    await client.query("commit");
    expect(await claiming).toBeUndefined();
    expect((await app.turn(turnIds[0] ?? "")).status).toBe("declined");
    await app.say(room, "Ben", "And me?");
    expect(await claimConversation(app.scope, id)).toBeDefined();
  });

  it.each(Object.entries(taken))(
    "while the turn before it ends finds nothing, %s, and others are answered",
    async (how, take) => {
      const room = `busy-${how.replaceAll(" ", "-")}`;
      const first = await app.say(room, "Ben", "Hello");
      const { id } = await app.conversationOf(first.turnIds[0] ?? "");
      const asked: string[] = [];
      // While the lane is held, what is taken away does not raise its fence.
      app.model.respond(() => ({ text: "Hello, Ben." }));
      app.sql.hook(async (name, when) => {
        if (name !== "finish_turn" || when !== "before") return;
        app.sql.hook(undefined);
        asked.push(...(await app.say(room, "Ana", "My secret is plums.", "m1")).turnIds);
        await client.query("begin");
        await take({ rows, gathered: gatherStatements(rows) }, room);
      });
      const answering = app.run(id);
      await untilLocked();
      app.model.requests.length = 0;
      await client.query("commit");
      await answering;
      expect(app.model.requests).toHaveLength(0);
      expect((await app.turn(asked[0] ?? "")).status).toBe("declined");
      const later = await app.say(room, "Ben", "And me?");
      await (await app.join()).run(id);
      expect((await app.turn(later.turnIds[0] ?? "")).status).toBe("done");
    },
  );
});
