import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { claimConversation } from "../../src/turns/lane/claim-conversation.ts";
import type { ClaimedTurn } from "../../src/turns/lane/claimed-turn.ts";
import { finishTurn } from "../../src/turns/finish-turn.ts";
import { createJournal, LeaseLost } from "../../src/turns/journal/journal.ts";
import { sweepTurns } from "../../src/turns/lane/sweep.ts";
import { holdModel } from "../support/hold-model.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("who may work on a conversation, on $name", (size) => {
  let base: TestApp;
  let app: TestApp;
  let other: TestApp;
  let room = "";
  let rooms = 0;
  beforeAll(async () => {
    base = await openTestApp({ size });
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    app = await base.join();
    other = await base.join();
    room = `room-${rooms++}`;
  });
  afterEach(async () => {
    await app.close();
    await other.close();
  });

  async function sayHello() {
    const { turnIds } = await app.say(room, "Ana", "Hello");
    const turnId = turnIds[0] ?? "";
    return { turnId, conversationId: (await app.conversationOf(turnId)).id };
  }

  async function claim(by: TestApp, conversationId: string): Promise<ClaimedTurn> {
    const turn = await claimConversation(by.scope, conversationId);
    if (!turn) throw new Error("nothing to claim");
    return turn;
  }

  const finish = (by: TestApp, turn: ClaimedTurn, text: string) =>
    finishTurn(by.scope, turn, {
      journal: createJournal(by.scope, turn, { parts: turn.journal.length, costMicros: 0n }),
      result: { status: "done", text, modelCalls: 0, responseMs: 0 },
    });

  it("a conversation that a live worker holds cannot be claimed", async () => {
    const { conversationId } = await sayHello();
    await claim(app, conversationId);
    expect(await claimConversation(other.scope, conversationId)).toBeUndefined();
  });

  it("a dead worker's conversation can be claimed once its lease is over", async () => {
    const { turnId, conversationId } = await sayHello();
    await claim(app, conversationId);
    await app.db
      .em()
      .execute("update worker_process set alive_until = now() - interval '1 second' where id = ?", [
        app.scope.workerId,
      ]);
    expect(await claim(other, conversationId)).toMatchObject({ turnId, attempts: 1 });
  });

  it("a conversation in which nothing waits cannot be claimed", async () => {
    const { conversationId } = await sayHello();
    await finish(app, await claim(app, conversationId), "Hello.");
    expect(await claimConversation(app.scope, conversationId)).toBeUndefined();
  });

  it("a worker that lost its lease changes nothing", async () => {
    const { turnId, conversationId } = await sayHello();
    const before = await app.statisticsOf("sage");
    const old = await claim(app, conversationId);
    const journal = createJournal(app.scope, old, { parts: 0, costMicros: 0n });
    journal.add({ kind: "select", name: "late", status: "done", durationMs: 0 });
    await app.die();
    app.sql.hook(undefined);
    const taken = await claim(other, conversationId);
    expect(taken.turnId).toBe(turnId);

    await expect(journal.write()).rejects.toThrow(LeaseLost);
    await expect(finish(app, old, "Too late.")).rejects.toThrow(LeaseLost);
    expect(await app.journalOf(turnId)).toEqual([]);
    expect(await app.turn(turnId)).toMatchObject({ status: "running" });
    expect(await app.messagesOf(room)).toHaveLength(1);

    await finish(other, taken, "In time.");
    await expect(finish(app, old, "Even later.")).rejects.toThrow(LeaseLost);
    expect((await app.messagesOf(room)).map(({ text }) => text)).toEqual(["Hello", "In time."]);
    expect(await app.statisticsOf("sage")).toMatchObject({
      tasksCompleted: before.tasksCompleted + 1,
    });
  });

  it("two workers that are given the same conversation at once answer it once", async () => {
    for (let round = 0; round < 10; round++) {
      const { turnId, conversationId } = await sayHello();
      await Promise.all([app.run(conversationId), other.run(conversationId)]);
      await app.untilTurnEnds(turnId);
    }
    expect(app.model.requests.length + other.model.requests.length).toBe(10);
    expect((await app.messagesOf(room)).filter(({ turnId }) => turnId !== null)).toHaveLength(10);
  });

  it("a second job of a conversation that is being answered comes back later", async () => {
    const { turnId, conversationId } = await sayHello();
    const held = holdModel(app.model);
    const running = app.run(conversationId);
    await held.started();
    await app.run(conversationId);
    await other.run(conversationId);
    const later = { lane: "conversations", id: conversationId, delayMs: 1000 };
    expect(app.queue.enqueued.at(-1)).toEqual(later);
    expect(other.queue.enqueued.at(-1)).toEqual(later);
    held.release();
    await running;
    expect((await app.turn(turnId)).status).toBe("done");
  });

  it("the sweep wakes what a crash left, and nothing else", async () => {
    const { conversationId } = await sayHello();
    const woken = async () => {
      app.queue.enqueued.length = 0;
      await sweepTurns(app.scope, { minAgeMs: 0 });
      return app.queue.enqueued.filter(({ id }) => id === conversationId).length;
    };
    expect(await woken()).toBe(1);
    await claim(other, conversationId);
    expect(await woken()).toBe(0);
    await other.die();
    expect(await woken()).toBe(1);
    await finish(app, await claim(app, conversationId), "Late, but here.");
    expect(await woken()).toBe(0);
  });

  it("a worker that starts answers what was left behind before it", async () => {
    const { turnId, conversationId } = await sayHello();
    await claim(other, conversationId);
    await other.die();
    await app.work();
    expect(await app.untilTurnEnds(turnId)).toMatchObject({ status: "done", attempts: 2 });
  });

  it("a worker that is told to stop hands its turn back at once, and another one goes on", async () => {
    const { turnId, conversationId } = await sayHello();
    const stop = new AbortController();
    app.model.script({ hangs: true });
    const running = app.run(conversationId, stop.signal);
    while (app.model.requests.length === 0) await app.turn(turnId);
    stop.abort();
    await expect(running).rejects.toThrow("the turn was interrupted");
    expect(await app.turn(turnId)).toMatchObject({ status: "running" });
    await other.run(conversationId);
    expect(await app.turn(turnId)).toMatchObject({ status: "done", attempts: 2 });
  });

  it("a turn that breaks off ten times is given up, and the room is told so", async () => {
    const { turnId, conversationId } = await sayHello();
    const faulty = () => {
      throw new Error("a bug");
    };
    app.model.respond(faulty);
    for (let attempt = 0; attempt < 10; attempt++) {
      await expect(app.run(conversationId)).rejects.toThrow("a bug");
    }
    await app.run(conversationId);
    expect(app.model.requests).toHaveLength(10);
    const reason = expect.stringMatching(/^Sage could not finish this answer in 10 attempts/);
    expect(await app.turn(turnId)).toMatchObject({ status: "declined", reason });
    expect((await app.messagesOf(room)).at(-1)).toMatchObject({ text: reason });
  });
});
