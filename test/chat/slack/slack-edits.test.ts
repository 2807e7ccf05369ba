import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openRoomStage } from "./room-stage.ts";

describe("an edit in Slack", () => {
  let stage: Awaited<ReturnType<typeof openRoomStage>>;

  beforeAll(async () => {
    stage = await openRoomStage();
  });
  afterAll(() => stage.close());
  beforeEach(() => stage.enter());

  const edit = (ts: string, text: string) =>
    stage.double.edit({ channel: stage.channel(), ts, text });

  it("that adds a mention is answered once, as the words are now", async () => {
    const { ts } = stage.say("how long is it?");
    await stage.settled();
    edit(ts, `${stage.bot} how short is it?`);
    await stage.settled();
    const [answer, ...more] = stage.double.appMessages(stage.channel(), ts);
    expect(more).toEqual([]);
    expect(answer?.text).toContain("how short is it?");
    edit(ts, `${stage.bot} how short is it, really?`);
    await stage.settled();
    expect(stage.speakers(ts)).toEqual(["Sage"]);
  });

  it("that adds a mention in a thread which is listened to is answered once by whom it names", async () => {
    const { ts } = stage.say("hello", { mention: true });
    const reply = stage.say("how long is it?", { thread_ts: ts });
    await stage.settled();
    edit(reply.ts, `${stage.bot} rex, how long is it?`);
    await stage.settled();
    expect(stage.speakers(ts)).toEqual(["Sage", "Rex"]);
  });

  it("of a mention that was answered is answered no second time, in any process", async () => {
    const { ts } = stage.say("how long?", { mention: true });
    await stage.settled();
    await stage.open(stage.engine.openIngress());
    edit(ts, `${stage.bot} how long, please?`);
    edit(ts, `${stage.bot} how very long?`);
    await stage.settled();
    expect(stage.speakers(ts)).toEqual(["Sage"]);
    expect(await stage.count("message where text = '@troupe how very long?'")).toBe(1);
  });

  it("that Slack tells of before the message is what is answered", async () => {
    const { ts } = stage.say("first", { mention: true });
    await stage.settled();
    const at = `${Math.floor(Date.now() / 1000)}.0001`;
    const words = (text: string) => ({ text, ts: at, thread_ts: ts, user: stage.person("ben") });
    const event = { type: "message", channel: stage.channel(), channel_type: "channel" };
    const edited = { user: stage.person("ben"), ts: `${Number(at) + 60}.0002` };
    const previous_message = words(`${stage.bot} tyop`);
    const message = { type: "message", ...words(`${stage.bot} typo`), edited };
    stage.double.emitRaw({ ...event, subtype: "message_changed", message, previous_message });
    await stage.settled();
    stage.double.emitRaw({ ...event, ...previous_message, event_ts: at });
    await stage.settled();
    expect(stage.speakers(ts)).toEqual(["Sage", "Sage"]);
    expect(await stage.count("message where text = '@troupe typo'")).toBe(1);
    expect(await stage.count("message where text = '@troupe tyop'")).toBe(0);
  });
});

describe("a deletion in Slack", () => {
  let stage: Awaited<ReturnType<typeof openRoomStage>>;

  beforeAll(async () => {
    stage = await openRoomStage();
  });
  afterAll(() => stage.close());
  beforeEach(() => stage.enter());

  it("that Slack tells of before the message leaves it unanswered", async () => {
    const ts = "1731583511.412919";
    const channel = stage.channel();
    const event = { type: "message", channel, channel_type: "channel", event_ts: ts };
    stage.double.emitRaw({ ...event, subtype: "message_deleted", deleted_ts: ts });
    await stage.settled();
    const message = { text: `${stage.bot} never mind`, ts, user: stage.person("ana") };
    stage.double.emitRaw({ ...event, ...message });
    stage.double.emitRaw({ ...event, ...message, type: "app_mention" });
    await stage.settled();
    expect(await stage.count("message where text like '%never mind%'")).toBe(0);
    expect(stage.double.callsOf("chat.postMessage")).toEqual([]);
  });
});
