import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChatPlatform } from "../../src/rooms/platform/chat-platform.ts";
import { receiveIfWatched } from "../../src/rooms/messages/receive-message.ts";
import type { Platform } from "../../src/rooms/workspaces/workspace.ts";
import { createQuietPlatform } from "../fakes/quiet-platform.ts";
import { countQueries } from "../support/count-queries.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("an answer on a platform, on $name", (size) => {
  let app: TestApp;
  let mentions = 0;
  let posted: string[] = [];
  beforeAll(async () => {
    app = await openTestApp({ size });
    const platform = createQuietPlatform("slack", {
      openReply: ({ asked }, id, { resumed }) => ({
        show() {},
        async finish() {
          posted.push(`${resumed ? "again " : ""}${asked}`);
          return [id];
        },
        abandon() {},
        async retract() {},
      }),
    });
    (app.scope.platforms as Map<Platform, ChatPlatform>).set("slack", platform);
    await mention();
  });
  afterAll(() => app.close());
  beforeEach(() => leaseFor("10 seconds"));

  async function leaseFor(time: string) {
    const update = "update worker_process set alive_until = now() + ?::interval";
    await app.db.em().execute(update, [time]);
  }

  async function mention() {
    posted = [];
    const ts = `5.${mentions++}`;
    const received = await receiveIfWatched(app.control, {
      roomKey: "slack:T1.C1",
      ownThread: `slack:T1.C1:${ts}`,
      person: { externalId: "U1", name: "Ana" },
      text: "@troupe how are you?",
      externalId: ts,
      toBot: true,
    });
    const turnId = received?.turnIds[0] ?? "";
    return { turnId, conversationId: (await app.conversationOf(turnId)).id };
  }

  /** Runs until the journal is about to be written, and answers how to go on. */
  async function runToJournal(conversationId: string) {
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    app.sql.hook(async (name, when) => {
      if (name !== "write_journal" || when !== "before") return;
      reached.resolve();
      await gate.promise;
    });
    const running = app.run(conversationId);
    await reached.promise;
    // What goes on meanwhile has had its turn after this.
    await app.db.em().execute("select 1");
    return async () => {
      app.sql.hook(undefined);
      gate.resolve();
      await running;
    };
  }

  it("takes four statements in all, and no other query", async () => {
    await app.run((await mention()).conversationId);
    app.sql.statements.length = 0;
    const { conversationId, turnId } = await mention();
    const queries = countQueries(app.db);
    await app.run(conversationId);
    expect(queries.stop()).toEqual([]);
    expect(app.sql.statements).toEqual([
      "receive_in_thread",
      "claim_conversation",
      "write_journal",
      "finish_turn",
    ]);
    expect((await app.turn(turnId)).status).toBe("done");
    expect(posted).toEqual(["@troupe how are you?"]);
  });

  it("is posted while its journal is written", async () => {
    const { conversationId, turnId } = await mention();
    const goOn = await runToJournal(conversationId);
    expect(posted).toHaveLength(1);
    expect((await app.turn(turnId)).status).toBe("running");
    await goOn();
    expect((await app.turn(turnId)).status).toBe("done");
  });

  it("waits for its journal where the worker's lease may end before", async () => {
    await leaseFor("1500 milliseconds");
    const { conversationId } = await mention();
    const goOn = await runToJournal(conversationId);
    expect(posted).toEqual([]);
    await goOn();
    expect(posted).toHaveLength(1);
  });

  it("waits for its journal where so much time has passed that the lease may have ended", async () => {
    const { conversationId } = await mention();
    app.model.respond(() => {
      app.clock.advance(60_000);
      return { text: "Sorry, I was away." };
    });
    const goOn = await runToJournal(conversationId);
    app.model.respond(() => ({ text: "Here I am." }));
    expect(posted).toEqual([]);
    await goOn();
    expect(posted).toHaveLength(1);
  });

  it("continues its delivery after a crash between the post and the journal", async () => {
    const { conversationId, turnId } = await mention();
    app.model.script({ text: "first" }, { text: "second" });
    app.sql.hook((name, when) => {
      if (name === "write_journal" && when === "before") throw new Error("killed");
    });
    await expect(app.run(conversationId)).rejects.toThrow("killed");
    app.sql.hook(undefined);
    await app.run(conversationId);
    expect(posted).toEqual(["@troupe how are you?", "again @troupe how are you?"]);
    const deliveries = await app.db
      .em()
      .execute<unknown[]>("select id from delivery where turn_id = ?", [turnId]);
    expect(deliveries).toHaveLength(1);
    expect((await app.turn(turnId)).status).toBe("done");
  });
});
