import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DoorStage, openDoorStage } from "./door-stage.ts";

describe.each(["socket", "http"] as const)("the Slack door over %s", (mode) => {
  let stage: DoorStage;

  beforeEach(async () => {
    stage = await openDoorStage({ mode });
  });

  afterEach(() => stage.close());

  /** With a Slack that waits no longer than this for an acknowledgement. */
  const reopen = async (double: { ackTimeoutMs: number }) => {
    await stage.close();
    stage = await openDoorStage({ mode, double });
  };
  const say = (said: Partial<Parameters<DoorStage["double"]["say"]>[0]> = {}) =>
    stage.double.say({ channel: "general", user: "ana", text: "how long?", ...said });
  const texts = () => stage.ingress.messages().map(({ text }) => text);

  it.each([false, true])(
    "stores a mention once, in a thread of its own; app_mention first: %s",
    async (mentionFirst) => {
      const { ts, channel } = say({ mention: true, mentionFirst });
      await stage.double.settled();
      expect(stage.double.deliveries).toHaveLength(2);
      expect(stage.ingress.messages()).toEqual([
        {
          roomKey: stage.key(channel, ts),
          person: { externalId: expect.stringMatching(/^U/), name: "ana" },
          text: "@troupe how long?",
          externalId: ts,
          toBot: true,
          edited: false,
        },
      ]);
    },
  );

  it("stores a mention once that comes again, also after a restart", async () => {
    say({ mention: true });
    await stage.double.settled();
    const eventIds = stage.double.deliveries.map(({ eventId }) => eventId);
    for (const eventId of eventIds) await stage.double.redeliver(eventId);
    await stage.open();
    for (const eventId of eventIds) await stage.double.redeliver(eventId);
    expect(texts()).toHaveLength(1);
  });

  it("answers a mention in the room itself where the room has it so", async () => {
    stage.ingress.setReplyPlace("room");
    const { channel } = say({ mention: true });
    await stage.double.settled();
    expect(stage.ingress.messages()).toMatchObject([{ roomKey: stage.key(channel), toBot: true }]);
  });

  it("takes a direct message as spoken to the bot", async () => {
    const { channel } = say({ channel: "dm" });
    await stage.double.settled();
    expect(stage.ingress.messages()).toMatchObject([
      { roomKey: stage.key(channel), toBot: true, text: "how long?" },
    ]);
  });

  it("takes replies in a thread as that thread's, whoever they speak to", async () => {
    const { ts, channel } = say({ mention: true });
    await stage.double.settled();
    say({ user: "ben", text: "I wonder too", thread_ts: ts });
    await stage.double.settled();
    say({ user: "ben", text: "and you?", thread_ts: ts, mention: true });
    await stage.double.settled();
    expect(stage.ingress.messages()).toMatchObject([
      { roomKey: stage.key(channel, ts), toBot: true },
      { roomKey: stage.key(channel, ts), toBot: false, person: { name: "ben" } },
      { roomKey: stage.key(channel, ts), toBot: true, text: "@troupe and you?" },
    ]);
  });

  it("leaves a channel alone in which nobody spoke to the bot", async () => {
    say();
    await stage.double.settled();
    expect(texts()).toEqual([]);
  });

  it("follows edits, and takes no link preview for one", async () => {
    const said = say({ mention: true, text: "see https://example.com" });
    await stage.double.settled();
    stage.double.unfurl(said);
    await stage.double.settled();
    expect(stage.ingress.messages()).toMatchObject([{ edited: false }]);
    stage.double.edit({ ...said, text: "how *short*?" });
    await stage.double.settled();
    stage.double.unfurl(said);
    await stage.double.settled();
    expect(stage.ingress.messages()).toMatchObject([{ edited: true, text: "how **short**?" }]);
  });

  it("follows deletions, in threads and outside", async () => {
    const said = say({ mention: true });
    const reply = say({ text: "never mind", thread_ts: said.ts, mention: true });
    await stage.double.settled();
    expect(texts()).toHaveLength(2);
    stage.double.remove(reply);
    await stage.double.settled();
    expect(texts()).toEqual(["@troupe how long?"]);
    stage.double.remove(said);
    await stage.double.settled();
    expect(texts()).toEqual([]);
  });

  it("takes the tombstone of a thread's first message for its deletion", async () => {
    const said = say({ mention: true });
    await stage.double.settled();
    const { channel, ts } = said;
    stage.double.emitRaw({
      type: "message",
      subtype: "message_changed",
      channel,
      message: { ts, thread_ts: ts, subtype: "tombstone", user: "USLACKBOT", text: "deleted" },
      event_ts: ts,
    });
    await stage.double.settled();
    expect(texts()).toEqual([]);
  });

  it("hands in what other bots write as theirs, and still nothing of its own", async () => {
    stage.ingress.hearBots();
    say({ mention: true, byBot: "Build Robot", text: "build 12 failed" });
    const { channel, ts } = say({ mention: true, byBot: true, text: "it is me" });
    await fetch(`${stage.double.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${stage.workspace.token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ channel, thread_ts: ts, text: "an answer", username: "Sage" }),
    });
    await stage.double.settled();
    expect(stage.ingress.messages()).toMatchObject([
      {
        person: { externalId: "B0BUILDROBOT", name: "Build Robot" },
        fromBot: true,
        toBot: true,
        text: "@troupe build 12 failed",
      },
      { person: { externalId: "B0ANOTHERAPP" }, fromBot: true, text: "@troupe it is me" },
    ]);
  });

  it("reads what a bot put into attachments instead of its text", async () => {
    stage.ingress.hearBots();
    say({ mention: true, text: "first" });
    await stage.double.settled();
    const [first] = stage.ingress.messages();
    const [, channel = "", thread = ""] = /\.(\w+):(.+)$/.exec(first?.roomKey ?? "") ?? [];
    stage.double.emitRaw({
      type: "message",
      subtype: "bot_message",
      channel,
      thread_ts: thread,
      ts: "1731583511.412919",
      bot_id: "B0CI",
      username: "ci",
      text: "",
      attachments: [{ fallback: "build 3: <https://ci.example/3|failed>" }, { text: "by ana" }],
      event_ts: "1731583511.412919",
    });
    await stage.double.settled();
    expect(texts().at(-1)).toBe("build 3: [failed](https://ci.example/3)\nby ana");
  });

  it("hears neither other bots nor itself", async () => {
    say({ mention: true, byBot: true });
    say({ channel: "dm", byBot: true });
    const { channel, ts } = say({ mention: true, text: "first" });
    const [token] = [stage.workspace.token];
    const post = (body: object) =>
      fetch(`${stage.double.apiUrl}chat.postMessage`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ channel, thread_ts: ts, text: "an answer", ...body }),
      });
    await post({});
    await post({ username: "Sage" });
    await stage.double.settled();
    expect(texts()).toEqual(["@troupe first"]);
    expect(stage.double.violations).toEqual([]);
  });

  // Over HTTP each event has a connection of its own, and nothing tells when all have come.
  it.runIf(mode === "socket")("stores what waits of one channel in its order", async () => {
    const { ts } = say({ mention: true, text: "0" });
    await stage.double.settled();
    const before = stage.ingress.calls();
    const release = stage.ingress.hold();
    for (let i = 1; i <= 20; i++) say({ text: String(i), thread_ts: ts });
    // Once one more has come over each of the two sockets, everything has.
    say({ channel: "dm" });
    say({ channel: "dm", user: "ben" });
    await stage.double.until("all to come", () => stage.ingress.calls() === before + 3);
    release();
    await stage.double.settled();
    const numbers = texts().filter((text) => /\d/.test(text));
    expect(numbers).toEqual(["@troupe 0", ...Array.from({ length: 20 }, (_, i) => String(i + 1))]);
  });

  it("acknowledges nothing before it is stored, and stores what comes again", async () => {
    await reopen({ ackTimeoutMs: 2000 });
    stage.ingress.fail(2);
    say({ mention: true });
    await stage.double.settled();
    expect(texts()).toEqual(["@troupe how long?"]);
    const attempts = stage.double.deliveries.flatMap((delivery) => delivery.attempts);
    expect(attempts.filter(({ acked }) => !acked)).toHaveLength(2);
  });

  it("loses nothing while the database is slow", async () => {
    await reopen({ ackTimeoutMs: 300 });
    const release = stage.ingress.hold();
    say({ channel: "dm" });
    const [delivery] = stage.double.deliveries;
    await stage.double.until("a retry", () => (delivery?.attempts.length ?? 0) > 0);
    expect(delivery?.attempts[0]?.acked).toBe(false);
    release();
    await stage.double.settled();
    expect(texts()).toEqual(["how long?"]);
    expect(delivery?.state).toBe("acked");
  });
});
