import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { countQueries } from "../support/count-queries.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("round trips of a turn, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
  });
  afterAll(() => app.close());

  async function turnIn(room: string, text = "Hello") {
    app.sql.statements.length = 0;
    app.queue.enqueued.length = 0;
    const queries = countQueries(app.db);
    const { turnIds } = await app.say(room, "Ana", text);
    const received = app.sql.statements.length;
    const conversationId = app.queue.enqueued[0]?.id ?? "";
    await app.run(conversationId);
    const through = queries.stop();
    return {
      turnId: turnIds[0] ?? "",
      statements: app.sql.statements.slice(),
      received,
      queries: through,
      enqueued: app.queue.enqueued.slice(),
      conversationId,
    };
  }

  it("a plain turn takes three statements and one queue operation, and no other query", async () => {
    await turnIn("plain");
    const plain = await turnIn("plain");
    expect(plain.statements).toEqual(["receive_message", "claim_conversation", "finish_turn"]);
    expect(plain.queries).toEqual([]);
    expect(plain.enqueued).toEqual([
      { lane: "conversations", id: plain.conversationId, delayMs: 0 },
    ]);
    expect((await app.turn(plain.turnId)).status).toBe("done");
  });

  it("so does a turn with a behavior, whose script is read once", async () => {
    const script = `return { personality = { tone = "calm" } }`;
    await app.addBehavior({ name: "calm", script, assignTo: "sage" });
    expect((await turnIn("behavior")).statements).toContain("load_behavior_script");
    expect((await turnIn("behavior")).statements).toHaveLength(3);
  });

  it("a tool round adds two: the answer and the tool's result become durable", async () => {
    await turnIn("tool");
    app.model.script(
      { toolCalls: [{ id: "c", name: "calculator", input: { expression: "1" } }] },
      { text: "One." },
    );
    expect((await turnIn("tool")).statements).toEqual([
      "receive_message",
      "claim_conversation",
      "write_journal",
      "write_journal",
      "finish_turn",
    ]);
  });

  it("a redelivered message takes two, and wakes nobody", async () => {
    await app.say("again", "Ana", "Hello", "same-id");
    app.sql.statements.length = 0;
    app.queue.enqueued.length = 0;
    await app.say("again", "Ana", "Hello", "same-id");
    expect(app.sql.statements).toEqual(["receive_message", "find_received_message"]);
    expect(app.queue.enqueued).toEqual([]);
  });
});
