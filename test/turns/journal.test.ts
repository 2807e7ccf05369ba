import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createJournal, type Journal } from "../../src/turns/journal/journal.ts";
import { claimConversation } from "../../src/turns/lane/claim-conversation.ts";
import type { ClaimedTurn } from "../../src/turns/lane/claimed-turn.ts";
import { finishTurn } from "../../src/turns/finish-turn.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

describe("the journal of a running turn", () => {
  let turn: ClaimedTurn;
  let journal: Journal;
  let rooms = 0;
  beforeEach(async () => {
    const { turnIds } = await app.say(`room-${rooms++}`, "Ana", "Hello");
    const { id } = await app.conversationOf(turnIds[0] ?? "");
    turn = (await claimConversation(app.scope, id)) as ClaimedTurn;
    journal = createJournal(app.scope, turn, { parts: 0, costMicros: 0n });
    app.sql.hook(undefined);
  });

  const step = (name: string) =>
    ({ kind: "select", name, status: "done", durationMs: 1.6 }) as const;
  const finish = () =>
    finishTurn(app.scope, turn, {
      journal,
      result: { status: "done", text: "Hello.", modelCalls: 1, responseMs: 5 },
    });
  const names = async () => (await app.journalOf(turn.turnId)).map(({ name }) => name);

  it("becomes durable in the order in which its steps were added", async () => {
    journal.add(step("one"));
    await journal.write();
    journal.add(step("two"));
    journal.add(step("three"));
    await Promise.all([journal.write(), journal.write()]);
    journal.add(step("four"));
    await finish();
    expect(await names()).toEqual(["one", "two", "three", "four"]);
  });

  it("writes nothing where nothing was added", async () => {
    app.sql.statements.length = 0;
    await journal.write();
    expect(app.sql.statements).toEqual([]);
  });

  it("tells its steps with whole milliseconds and the sum of their cost", async () => {
    journal.add({ ...step("paid"), costMicros: 12n });
    journal.add({ ...step("more"), costMicros: 30n });
    expect(journal.costMicros()).toBe(42n);
    await finish();
    expect((await app.journalOf(turn.turnId))[0]).toMatchObject({
      costMicros: "12",
      durationMs: 2,
    });
    expect((await app.turn(turn.turnId)).costMicros).toBe(42n);
  });

  it("loses no step when a write fails and the turn goes on", async () => {
    journal.add(step("one"));
    app.sql.hook((name) => {
      if (name === "write_journal") throw new Error("the database was away for a moment");
    });
    await expect(journal.write()).rejects.toThrow("away");
    app.sql.hook(undefined);
    journal.add(step("two"));
    await journal.write();
    journal.add(step("three"));
    await finish();
    expect(await names()).toEqual(["one", "two", "three"]);
  });

  it("loses no step when a write is still under way, and fails, as the turn ends", async () => {
    journal.add(step("one"));
    const failed = Promise.withResolvers<void>();
    app.sql.hook((name) => (name === "write_journal" ? failed.promise : undefined));
    app.sql.statements.length = 0;
    const writing = journal.write().catch(() => undefined);
    await until(() => app.sql.statements.length > 0);
    journal.add(step("two"));
    const finishing = finish();
    failed.reject(new Error("the database was away for a moment"));
    await Promise.all([writing, finishing]);
    expect(await names()).toEqual(["one", "two"]);
  });
});
