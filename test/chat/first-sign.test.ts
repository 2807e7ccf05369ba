import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createIngress } from "../../src/chat/create-ingress.ts";
import { setReplyPlace } from "../../src/rooms/bind-agent.ts";
import type { Ingress } from "../../src/rooms/ingress.ts";
import type { ChatPlatform } from "../../src/rooms/chat-platform.ts";
import type { Platform } from "../../src/rooms/workspace.ts";
import { createQuietPlatform } from "../fakes/quiet-platform.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let ingress: Ingress;
let signsPass = true;
/** What was shown, and what was taken back. */
let shown: string[] = [];
let places: unknown[] = [];
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());
beforeEach(() => {
  shown = [];
  places = [];
  signsPass = true;
  restart();
});

/** A process that has heard nothing yet. */
function restart(): void {
  const quiet = createQuietPlatform("slack", {
    greet(place) {
      const where = place.thread ?? "the channel";
      shown.push(where);
      places.push(place);
      return () => void shown.push(`not ${where}`);
    },
  });
  const platform = { ...quiet, traits: { ...quiet.traits, signsPass } };
  (app.scope.platforms as Map<Platform, ChatPlatform>).set("slack", platform);
  ingress = createIngress(app.control);
}

const say = (id: string, more: { toBot?: boolean; fromBot?: boolean; channel?: string } = {}) => {
  const { toBot = true, channel = "C1", ...rest } = more;
  const roomKey = `slack:T1.${channel}`;
  return ingress.message({
    roomKey,
    ...(toBot && { ownThread: `${roomKey}:${id}` }),
    person: { externalId: "U1", name: "Ana" },
    text: "@troupe how are you?",
    externalId: id,
    toBot,
    ...rest,
  });
};

/** What was shown by the time that the message is being stored. */
async function shownBefore(storing: () => Promise<void>): Promise<string[]> {
  let before: string[] | undefined;
  app.sql.hook((name, when) => {
    if (when === "after" && name.startsWith("receive_")) before ??= [...shown];
  });
  await storing();
  app.sql.hook(undefined);
  return before ?? [];
}

describe("where a sign can be taken back", () => {
  it("is given at once, before the message is stored, and once", async () => {
    expect(await shownBefore(() => say("1.1"))).toEqual(["1.1"]);
    expect(await shownBefore(() => say("1.2"))).toEqual(["1.1", "1.2"]);
    expect(shown).toEqual(["1.1", "1.2"]);
    const place = { workspace: "T1", channel: "C1", asked: "@troupe how are you?", person: "U1" };
    expect(places[0]).toEqual({ ...place, thread: "1.1", replyTo: "1.1" });
  });

  it("is taken back of a message that was there before, or could not be stored", async () => {
    await say("1.3");
    await say("1.3");
    expect(shown).toEqual(["1.3", "1.3", "not 1.3"]);
    shown = [];
    app.sql.hook((name) => {
      if (name.startsWith("receive_")) throw new Error("the database is away");
    });
    await expect(say("2.1")).rejects.toThrow("away");
    app.sql.hook(undefined);
    expect(shown).toEqual(["2.1", "not 2.1"]);
  });

  it("moves where the room has its answers elsewhere, and is there at once from then on", async () => {
    await say("3.1", { channel: "C2" });
    const scope = { em: app.db.em(), directory: app.control.directory };
    await setReplyPlace(scope, "slack:T1.C2", "room");
    restart();
    await say("3.2", { channel: "C2" });
    await say("3.3", { channel: "C2" });
    expect(shown).toEqual(["3.1", "3.2", "not 3.2", "the channel", "the channel"]);
  });
});

describe("where a sign stays", () => {
  beforeEach(() => {
    signsPass = false;
    restart();
  });

  it("is given once the first message of a place is stored, and before that for the next", async () => {
    expect(await shownBefore(() => say("4.1", { channel: "C3" }))).toEqual([]);
    expect(shown).toEqual(["4.1"]);
    expect(await shownBefore(() => say("4.2", { channel: "C3" }))).toEqual(["4.1", "4.2"]);
  });

  it("is not given of a first message that could not be stored, nor of one that was there before", async () => {
    app.sql.hook((name) => {
      if (name.startsWith("receive_")) throw new Error("the database is away");
    });
    await expect(say("5.1", { channel: "C4" })).rejects.toThrow("away");
    app.sql.hook(undefined);
    expect(shown).toEqual([]);
    await say("5.1", { channel: "C4" });
    restart();
    shown = [];
    await say("5.1", { channel: "C4" });
    expect(shown).toEqual([]);
  });
});

it("is not given where nobody answers: words to others, other bots", async () => {
  await say("6.1", { toBot: false });
  await say("6.2", { fromBot: true });
  expect(shown).toEqual([]);
});
