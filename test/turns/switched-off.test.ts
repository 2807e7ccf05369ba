import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../src/base/ids.ts";
import { bindAgent } from "../../src/rooms/bind-agent.ts";
import { receiveFromBot } from "../../src/rooms/bots/receive-from-bot.ts";
import type { ChatPlatform } from "../../src/rooms/platform/chat-platform.ts";
import { receiveIfWatched } from "../../src/rooms/messages/receive-message.ts";
import { createQuietPlatform } from "../fakes/quiet-platform.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("an agent that is switched off in a room, on $name", (size) => {
  let app: TestApp;
  const told: string[] = [];
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.addAgent({ slug: "rex", name: "Rex" });
    const platform = createQuietPlatform("slack", {
      async tellAlone(_address, text) {
        told.push(text);
        return true;
      },
    });
    (app.scope.platforms as Map<string, ChatPlatform>).set("slack", platform);
    await app.work();
  });
  afterAll(() => app.close());

  let channels = 0;
  async function openRoom(off: string[]) {
    const roomKey = `slack:T1.C${size.name.length}0${channels++}`;
    await app.control.directory.room(roomKey, { names: ["sage", "rex"], orDefault: false });
    for (const slug of off) {
      const scope = { em: app.control.em(), directory: app.control.directory };
      await bindAgent(scope, roomKey, { slug, mode: "off", answersBots: true });
    }
    const say = (text: string, { toBot = true, externalId = newId(), bot = false } = {}) => {
      const person = { externalId: bot ? "B1" : "U1", name: "Ana" };
      const incoming = { roomKey, person, text, externalId, toBot };
      return bot
        ? receiveFromBot(app.control, { ...incoming, fromBot: true })
        : receiveIfWatched(app.control, incoming);
    };
    return { roomKey, say };
  }
  const SAGE_IS_OFF = "Sage is switched off in this room: `/agent invite sage` turns it on.";

  it("says so to whoever names it, and no model is asked", async () => {
    const { say } = await openRoom(["sage"]);
    const asked = app.model.requests.length;
    told.length = 0;
    const received = await say("sage, are you there?");
    expect(received?.turnIds).toHaveLength(1);
    const turn = await app.untilTurnEnds(received?.turnIds[0] ?? "");
    expect(turn).toMatchObject({ status: "declined", reason: SAGE_IS_OFF });
    expect(told).toEqual([SAGE_IS_OFF]);
    expect(app.model.requests).toHaveLength(asked);
  });

  it("leaves the others to answer what names nobody", async () => {
    const { say } = await openRoom(["sage"]);
    const received = await say("what is new?");
    expect(await app.untilTurnEnds(received?.turnIds[0] ?? "")).toMatchObject({ status: "done" });
  });

  it("says so once where all are off and the app is mentioned, however often that is delivered", async () => {
    const { say } = await openRoom(["sage", "rex"]);
    told.length = 0;
    const externalId = newId();
    const received = await Promise.all(
      [1, 2, 3].map(() => say("@troupe what is new?", { externalId })),
    );
    const ids = new Set(received.flatMap((each) => each?.turnIds ?? []));
    expect(ids.size).toBe(1);
    const turn = await app.untilTurnEnds([...ids][0] ?? "");
    expect(turn.status).toBe("declined");
    expect(told).toEqual([expect.stringContaining("is switched off in this room")]);
  });

  it("is silent at plain talk and to other bots", async () => {
    const { say } = await openRoom(["sage", "rex"]);
    expect((await say("we talk about sage", { toBot: false }))?.turnIds).toEqual([]);
    expect(await say("sage, hello", { bot: true })).toBeUndefined();
  });

  it("answers again from the next message on once it is on", async () => {
    const { say, roomKey } = await openRoom(["sage", "rex"]);
    const scope = { em: app.control.em(), directory: app.control.directory };
    await bindAgent(scope, roomKey, { slug: "sage", mode: "mention" });
    const received = await say("what is new?");
    expect(await app.untilTurnEnds(received?.turnIds[0] ?? "")).toMatchObject({ status: "done" });
  });

  it("tells in a console room which command an operator has for it", async () => {
    const room = `desk-${size.name.length}`;
    await app.say(room, "Ana", "hello");
    const scope = { em: app.control.em(), directory: app.control.directory };
    await bindAgent(scope, `console:${room}`, { slug: "sage", mode: "off" });
    const { turnIds } = await app.say(room, "Ana", "@sage hello");
    expect(await app.untilTurnEnds(turnIds[0] ?? "")).toMatchObject({
      status: "declined",
      reason: `Sage is switched off in this room: \`npx troupe rooms bind console:${room} sage mention\` turns it on.`,
    });
    expect((await app.messagesOf(room)).at(-1)?.text).toContain("Sage is switched off");
  });
});
