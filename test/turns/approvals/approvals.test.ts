import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deleteMessage } from "../../../src/rooms/messages/change-message.ts";
import {
  approvalsOf,
  createActingTools,
  decide,
  expire,
  HOUR_MS,
  untilAsked,
} from "../../support/approvals.ts";
import { stopRoom } from "../../../src/turns/lane/stop-room.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { testSizes } from "../../support/test-database.ts";
import { until } from "../../support/until.ts";

const sizes = await testSizes();

describe.each(sizes)("a tool that requires confirmation, on $name", (size) => {
  const { done, tools } = createActingTools();
  let app: TestApp;
  let rooms = 0;
  beforeAll(async () => {
    app = await openTestApp({ size, tools });
    await app.addAgent({ slug: "poster", name: "Poster", tools: ["publish", "note"] });
    await app.work();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    done.length = 0;
    app.model.requests.length = 0;
  });

  const call = (text: string, name = "publish", more: object = {}) => ({
    toolCalls: [{ id: "c1", name, input: { text, stated_confidence: 0.99, ...more } }],
  });

  /** Asks the poster to publish something, and waits until it sleeps on its question. */
  async function askToPublish(text = "Hello") {
    const room = `publish-${rooms++}`;
    app.model.script(call(text));
    const { turnIds, messageId } = await app.say(room, "Ana", "@poster publish it");
    const turnId = turnIds[0] ?? "";
    const approval = await untilAsked(app, turnId);
    return { room, turnId, approval, messageId };
  }

  it("asks in words, with the arguments, and sleeps: nothing is done and nobody holds the lane", async () => {
    const { room, turnId, approval } = await askToPublish("Hello");
    expect(approval).toMatchObject({
      kind: "tool",
      tool: "publish",
      arguments: { text: "Hello" },
      action: "post “Hello” on the board (publish)",
      status: "waiting",
      requester: { name: "Ana" },
    });
    expect(done).toEqual([]);
    expect((await app.conversationOf(turnId)).holderId).toBeNull();
    const question = (await app.messagesOf(room)).at(-1);
    expect(question).toMatchObject({ author: "Poster", turnId: null });
    expect(question?.text).toMatch(/^\*\*May I post “Hello” on the board \(publish\)\?\*\*/);
    expect(question?.text).toContain('"text": "Hello"');
    expect(question?.text).toContain("Ana or a listed approver");
  });

  it("goes on where it stopped once it is approved: no model call is made again", async () => {
    const { room, turnId, approval } = await askToPublish();
    app.model.script({ text: "It is on the board." });
    await decide(app, approval.id);
    await app.untilTurnEnds(turnId);
    expect(done).toEqual([{ tool: "publish", text: "Hello", callKey: `${turnId}/1/0` }]);
    expect(app.model.requests).toHaveLength(2);
    expect(await app.replyTo(turnId)).toBe("It is on the board.");
    expect(await app.stepsOf(turnId, "approve")).toMatchObject([
      {
        name: "publish",
        status: "done",
        output: { approvalId: approval.id, status: "approved", decidedBy: "Olga" },
      },
    ]);
    const question = (await app.messagesOf(room)).find(({ text }) => text.includes("Olga"));
    expect(question?.text).toBe("✅ Olga approved: post “Hello” on the board (publish)");
  });

  it("is not used once it is declined: the model is told, and answers without it", async () => {
    const { turnId, approval } = await askToPublish();
    app.model.script({ text: "Then I leave it." });
    await decide(app, approval.id, { approve: false });
    const turn = await app.untilTurnEnds(turnId);
    expect(turn.status).toBe("done");
    expect(done).toEqual([]);
    expect(await app.replyTo(turnId)).toBe("Then I leave it.");
    const told = app.model.requests.at(-1)?.messages.at(-1);
    expect(told).toMatchObject({
      role: "tool",
      results: [{ output: expect.stringContaining("Olga declined it") }],
    });
    expect((await app.stepsOf(turnId, "tool"))[0]?.status).toBe("skipped");
  });

  it("is asked for once where it was declined, however often the model tries", async () => {
    app.model.script(call("one"), call("two"), call("three", "note", { stated_confidence: 0 }), {
      text: "I give up.",
    });
    const { turnIds } = await app.say(`publish-${rooms++}`, "Ana", "@poster publish it");
    const turnId = turnIds[0] ?? "";
    await decide(app, (await untilAsked(app, turnId)).id, { approve: false });
    await app.untilTurnEnds(turnId);
    expect(await approvalsOf(app, turnId)).toHaveLength(1);
    expect(done).toEqual([]);
    expect(await app.replyTo(turnId)).toBe("I give up.");
  });

  it("is asked for call by call, each with its own question", async () => {
    const two = ["one", "two"].map((text) => call(text).toolCalls[0] as object);
    app.model.script({ toolCalls: two as never }, { text: "Both." });
    const { turnIds } = await app.say(`publish-${rooms++}`, "Ana", "@poster publish both");
    const turnId = turnIds[0] ?? "";
    for (const text of ["one", "two"]) {
      const approval = await untilAsked(app, turnId);
      expect(approval.arguments).toEqual({ text });
      await decide(app, approval.id);
      await until(() => done.some((each) => each.text === text));
    }
    await app.untilTurnEnds(turnId);
    expect(done.map(({ text }) => text)).toEqual(["one", "two"]);
    expect(app.model.requests).toHaveLength(2);
  });

  it("whose input does not fit asks nobody: the model is told instead", async () => {
    app.model.script(
      { toolCalls: [{ id: "c1", name: "publish", input: { txt: "?" } }] },
      { text: "My mistake." },
    );
    const turn = await app.ask(`publish-${rooms++}`, "Ana", "@poster publish it");
    expect(turn.status).toBe("done");
    expect(await approvalsOf(app, turn.id)).toEqual([]);
  });

  it("keeps nobody waiting: what is said meanwhile is answered meanwhile", async () => {
    const { room, turnId, approval } = await askToPublish();
    const later = await app.ask(room, "Ben", "@poster what time is it?");
    expect(later.status).toBe("done");
    expect((await app.turn(turnId)).status).toBe("waiting");
    await decide(app, approval.id);
    await app.untilTurnEnds(turnId);
    expect(done).toHaveLength(1);
    expect(await app.turn(turnId)).toMatchObject({ status: "done" });
  });

  it("expires: the room is told honestly, without another model call, and a decision comes too late", async () => {
    const { room, turnId, approval } = await askToPublish();
    app.clock.advance(HOUR_MS - 1);
    await expire(app);
    expect((await app.turn(turnId)).status).toBe("waiting");
    app.clock.advance(1);
    await expect(decide(app, approval.id)).rejects.toMatchObject({ code: "CONFLICT" });
    await expire(app);
    const turn = await app.untilTurnEnds(turnId);
    expect(turn.status).toBe("declined");
    expect(turn.reason).toContain("Nobody decided within an hour");
    expect(await app.replyTo(turnId)).toBe(turn.reason);
    expect(done).toEqual([]);
    expect(app.model.requests).toHaveLength(1);
    const texts = (await app.messagesOf(room)).map(({ text }) => text);
    expect(texts).toContain("⌛ Nobody decided in time: post “Hello” on the board (publish)");
    await expect(decide(app, approval.id)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("expired"),
    });
  });

  it("is decided once where two people decide at the same moment: the other is told who was first", async () => {
    const { turnId, approval } = await askToPublish();
    const outcomes = await Promise.allSettled([
      decide(app, approval.id, { by: { operator: "Olga" } }),
      decide(app, approval.id, { approve: false, by: { operator: "Otto" } }),
    ]);
    const won = outcomes.find((outcome) => outcome.status === "fulfilled");
    const lost = outcomes.find((outcome) => outcome.status === "rejected");
    const first = won?.value.decidedBy ?? "";
    expect(lost?.reason).toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining(first),
    });
    await app.untilTurnEnds(turnId);
    expect(done).toHaveLength(first === "Olga" ? 1 : 0);
  });

  it("whose asking message is deleted is not used any more", async () => {
    const { room, turnId, approval } = await askToPublish();
    const [asked] = await app.db
      .em()
      .execute<{ external_id: string }[]>(
        "select m.external_id from message m join turn t on t.message_id = m.id where t.id = ?",
        [turnId],
      );
    await deleteMessage(app.control, {
      roomKey: `console:${room}`,
      externalId: asked?.external_id ?? "",
    });
    expect((await app.turn(turnId)).status).toBe("declined");
    await expect(decide(app, approval.id)).rejects.toMatchObject({ code: "CONFLICT" });
    await expire(app);
    expect((await app.turn(turnId)).status).toBe("declined");
    expect(done).toEqual([]);
  });

  it("is not used once its room was told to stop: the question is over, and so is the turn", async () => {
    const { room, turnId, approval } = await askToPublish();
    const stopped = await stopRoom(app.control, `console:${room}`, { by: "Ben" });
    expect(stopped).toEqual({ running: 1, waiting: 0 });
    const turn = await app.untilTurnEnds(turnId);
    expect(turn).toMatchObject({ status: "declined", reason: "Stopped by Ben." });
    expect(done).toEqual([]);
    await expect(decide(app, approval.id)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("shows letters that cannot be seen, so that nobody approves what they did not read", async () => {
    const { room } = await askToPublish("pay \u{202E}001\u{202C} now ``` <!channel>");
    const question = (await app.messagesOf(room)).at(-1)?.text ?? "";
    expect(question).not.toMatch(/[\u202A-\u202E]/);
    expect(question).toContain("\\u202e");
    expect(question).toContain("````json");
  });
});
