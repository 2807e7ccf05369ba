import { beforeEach, describe, expect, it } from "vitest";
import { stopRoom } from "../../src/turns/lane/stop-room.ts";
import { claimConversation } from "../../src/turns/lane/claim-conversation.ts";
import { openRoomsStage } from "../support/rooms-stage.ts";
import type { TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";
import { until } from "../support/until.ts";

const sizes = await testSizes();

describe.each(sizes)("a room that is stopped, on $name", (size) => {
  const stage = openRoomsStage(size, "stopped");
  let app: TestApp;
  let room = "";
  beforeEach(() => {
    ({ app, room } = stage.next());
  });

  const stop = (by: TestApp, key = `console:${room}`) => stopRoom(by.control, key, { by: "Ana" });

  async function begin(worker: TestApp, where = room) {
    const calls = worker.model.requests.length;
    worker.model.script({ text: ["Once upon ", "a time"], hangs: true });
    const { turnIds } = await worker.say(where, "Ana", "Tell me a story");
    const turnId = turnIds[0] ?? "";
    const { id } = await worker.conversationOf(turnId);
    const running = worker.run(id);
    await until(() => worker.model.requests.length > calls);
    return { turnId, running, conversationId: id };
  }

  it("ends the running answer in another process, with a reason in room and journal", async () => {
    const worker = await app.join();
    const { turnId, running } = await begin(worker);
    expect(await stop(app)).toEqual({ running: 1, waiting: 0 });
    await running;
    expect(await app.turn(turnId)).toMatchObject({
      status: "declined",
      reason: "Stopped by Ana.",
      succeeded: null,
    });
    expect(await app.replyTo(turnId)).toBe("Stopped by Ana.");
    const [call] = await app.stepsOf(turnId, "reply");
    expect(call).toMatchObject({ status: "failed", output: { error: { kind: "cancelled" } } });
    expect((await app.turn(turnId)).costMicros).toBeGreaterThan(0n);
    await worker.close();
  });

  it("declines what waits behind it, and answers what comes later", async () => {
    const { turnId, running } = await begin(app);
    const { turnIds } = await app.say(room, "Ben", "And me?");
    expect(await stop(app)).toEqual({ running: 1, waiting: 1 });
    await running;
    expect(await app.turn(turnIds[0] ?? "")).toMatchObject({
      status: "declined",
      reason: "Stopped by Ana.",
    });
    expect((await app.turn(turnId)).status).toBe("declined");
    const later = await app.say(room, "Ben", "Still there?");
    await app.run((await app.conversationOf(later.turnIds[0] ?? "")).id);
    expect(await app.turn(later.turnIds[0] ?? "")).toMatchObject({ status: "done" });
  });

  it("stops the threads of the channel, and no other room", async () => {
    const { turnIds: mine } = await app.say(`${room}:thread`, "Ana", "Hello");
    const { turnIds: other } = await app.say(`${room}x`, "Ana", "Hello");
    expect(await stop(app)).toEqual({ running: 0, waiting: 1 });
    expect((await app.turn(mine[0] ?? "")).status).toBe("declined");
    expect((await app.turn(other[0] ?? "")).status).toBe("pending");
  });

  it("is stopped although the message between the processes was lost", async () => {
    const { turnId, running } = await begin(app);
    const silent = { ...app.control, queue: { ...app.queue, publish() {} } };
    await stopRoom(silent, `console:${room}`, { by: "Ana" });
    await running;
    expect(await app.turn(turnId)).toMatchObject({ status: "declined" });
  });

  it("says so even where the worker died, without asking the model again", async () => {
    const worker = await app.join();
    const { turnIds } = await worker.say(room, "Ana", "Hello");
    const turnId = turnIds[0] ?? "";
    const { id } = await worker.conversationOf(turnId);
    await claimConversation(worker.scope, id);
    await worker.die();
    expect(await stop(app)).toEqual({ running: 1, waiting: 0 });
    const calls = app.model.requests.length;
    await app.run(id);
    expect(app.model.requests).toHaveLength(calls);
    expect(await app.turn(turnId)).toMatchObject({ status: "declined", reason: "Stopped by Ana." });
    expect(await app.replyTo(turnId)).toBe("Stopped by Ana.");
  });

  it("leaves no turn open, whoever claims at the same moment", async () => {
    for (let round = 0; round < 15; round++) {
      const { turnIds } = await app.say(`${room}-${round}`, "Ana", "Hello");
      const turnId = turnIds[0] ?? "";
      const { id } = await app.conversationOf(turnId);
      await Promise.all([app.run(id), stop(app, `console:${room}-${round}`)]);
      await app.run(id);
      const turn = await app.turn(turnId);
      expect(["done", "declined"]).toContain(turn.status);
      const replies = (await app.messagesOf(`${room}-${round}`)).filter(
        (message) => message.turnId !== null,
      );
      const fewest = turn.status === "done" ? 1 : 0;
      expect([fewest, 1]).toContain(replies.length);
    }
  });

  it("has nothing to stop where nobody has written", async () => {
    expect(await stop(app, "slack:T1.C404")).toEqual({ running: 0, waiting: 0 });
    await expect(stop(app, "nowhere")).rejects.toMatchObject({ code: "INVALID" });
  });
});
