import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { until } from "../../support/until.ts";
import { openSlackStage, type SlackStage } from "./slack-stage.ts";

const NEW = { resumed: false };
const RESUMED = { resumed: true };

describe("a reply in Slack", () => {
  let stage: SlackStage;

  beforeEach(async () => {
    stage = await openSlackStage();
  });

  afterEach(() => stage.close());

  const open = (id = newId(), options = NEW) =>
    stage.connect().openReply(stage.address, id, options);
  const messages = (where = stage.address) => stage.double.appMessages(where.channel, where.thread);
  const withScopes = (missing: string) => {
    for (const token of stage.double.world.tokens.values()) token.scopes.delete(missing);
  };
  const fail = (method: string, error: string, times = 1) =>
    stage.double.faults.add({ method, fault: { kind: "error", error }, times });

  it("stands under the agent's name, with the delivery's id, as rich text", async () => {
    const id = newId();
    await open(id).finish("**Thirty** days, see [the policy](https://example.com).\n\n- a\n- b");
    expect(messages()).toMatchObject([
      {
        author: { kind: "app", name: "Sage" },
        metadata: { event_type: "troupe_reply", event_payload: { delivery_id: id, part: 0 } },
      },
    ]);
    const [{ args } = { args: {} }] = stage.double.callsOf("chat.postMessage");
    expect(args).toMatchObject({
      text: "*Thirty* days, see <https://example.com|the policy>.\n\n• a\n• b",
      blocks: [{ type: "rich_text" }],
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  it("stands under the app's name where the app may not choose names", async () => {
    withScopes("chat:write.customize");
    await open().finish("Thirty days.");
    expect(messages()).toMatchObject([{ author: { name: "troupe" } }]);
  });

  it("mentions the person only where Slack would not tell them", async () => {
    await open().finish("In a thread.");
    expect(messages()[0]?.text).not.toContain("<@");
    const channel = await openSlackStage({ inThread: false });
    const { address } = channel;
    const text = "one\n\n".repeat(1500);
    await channel.connect().openReply(address, newId(), NEW).finish(text);
    const texts = channel.double.appMessages(address.channel).map((message) => message.text);
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.map((part) => part.includes(`<@${address.person}>`))).toEqual(
      texts.map((_, index) => index === 0),
    );
    await channel.close();
  });

  it("mentions no bot, which has asked in a channel", async () => {
    const channel = await openSlackStage({ inThread: false });
    const address = { ...channel.address, person: "B0ANOTHERAPP" };
    await channel.connect().openReply(address, newId(), NEW).finish("Thirty days.");
    expect(channel.double.appMessages(address.channel)).toMatchObject([{ text: "Thirty days." }]);
    expect(channel.violations()).toEqual([]);
    await channel.close();
  });

  it("is looked for before it is posted again, where Slack never answers", async () => {
    await stage.close();
    stage = await openSlackStage({ timeoutMs: 2000 });
    stage.double.faults.add({ method: "chat.postMessage", fault: { kind: "hang" } });
    await open().finish("Thirty days.");
    expect(messages()).toHaveLength(1);
    expect(stage.double.callsOf("chat.postMessage")).toHaveLength(1);
    expect(stage.double.callsOf("conversations.replies")).toHaveLength(1);
  });

  it("is not posted twice where nobody may look for it", async () => {
    withScopes("channels:history");
    stage.double.faults.add({ method: "chat.postMessage", fault: { kind: "lose-response" } });
    await expect(open().finish("Thirty days.")).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("scope"),
    });
    expect(messages()).toHaveLength(1);
  });

  it("is found on a later page of a long thread", async () => {
    const id = newId();
    const { channel, thread = "" } = stage.address;
    for (let i = 0; i < 250; i++) {
      stage.double.say({ channel, user: "ben", text: `${i}`, thread_ts: thread });
    }
    await open(id).finish("Thirty days.");
    await open(id, RESUMED).finish("Thirty days.");
    expect(messages()).toHaveLength(1);
    expect(stage.double.callsOf("conversations.replies")).toHaveLength(2);
  });

  it("waits as long as Slack asks, and posts nothing in that channel meanwhile", async () => {
    stage.breakPosts("rate-limit");
    const platform = stage.connect();
    const finishes = [stage.address, stage.elsewhere].map((address) =>
      platform.openReply(address, newId(), NEW).finish("Thirty days."),
    );
    await Promise.all(finishes);
    const [first, ...later] = stage.double.callsOf("chat.postMessage");
    expect(first?.fault).toBe("rate-limit");
    expect(later.length).toBeGreaterThanOrEqual(2);
  });

  it("is UNAVAILABLE where Slack stays away, and then continued", async () => {
    const id = newId();
    stage.double.faults.add({ method: "*", fault: { kind: "http", status: 503 }, times: 100 });
    await expect(open(id).finish("Thirty days.")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    stage.double.faults.clear();
    await open(id, RESUMED).finish("Thirty days.");
    expect(messages()).toHaveLength(1);
  });

  it("is posted anew where its draft was deleted, or may not be edited any more", async () => {
    for (const error of ["message_not_found", "edit_window_closed"]) {
      const draft = open();
      const before = messages().length;
      draft.show("Thirty or");
      await until(() => messages().length === before + 1);
      fail("chat.update", error);
      await draft.finish("Thirty days.");
      expect(messages().map(({ text }) => text)).toEqual([
        ...Array.from({ length: before }, () => "Thirty days."),
        "Thirty days.",
      ]);
    }
  });

  it("goes out as plain text where Slack takes its blocks for wrong", async () => {
    fail("chat.postMessage", "invalid_blocks");
    await open().finish("Thirty *days*.");
    expect(messages()).toMatchObject([{ text: "Thirty _days_." }]);
  });

  it("goes out in parts where the app may not upload files", async () => {
    withScopes("files:write");
    const text = Array.from({ length: 4000 }, (_, i) => `w${i}`).join(" ");
    const ids = await open().finish(text);
    expect(ids).toEqual(messages().map(({ ts }) => ts));
    const words = messages().flatMap((message) => message.text.match(/w\d+/g) ?? []);
    expect(words).toEqual(text.split(" "));
  });

  it("is one file where Slack does not say whether it took it", async () => {
    const fault = { kind: "lose-response" as const };
    stage.double.faults.add({ method: "files.completeUploadExternal", fault });
    await open().finish("word ".repeat(6000));
    expect(messages().flatMap(({ files }) => files)).toHaveLength(1);
  });

  it("shows no more drafts where they do not fit, and all of it in the end", async () => {
    const draft = open();
    const text = "word ".repeat(1200).trim();
    draft.show("word word");
    await until(() => messages().length === 1);
    draft.show(text);
    const ids = await draft.finish(text);
    expect(ids).toHaveLength(2);
    expect(stage.violations()).toEqual([]);
  });

  it("shows in its thread what the agent does, and then no more", async () => {
    const platform = stage.connect();
    const { channel, thread = "" } = stage.address;
    platform.showStatus(stage.address, "is thinking …");
    platform.showStatus(stage.address, "is using calculator …");
    await until(() => stage.double.status(channel, thread) === "is using calculator …");
    platform.showStatus(stage.address, "");
    await until(() => stage.double.status(channel, thread) === undefined);
    withScopes("assistant:write");
    for (let i = 0; i < 5; i++) {
      const calls = stage.double.callsOf("assistant.threads.setStatus").length;
      platform.showStatus(stage.address, `${i}`);
      if (i === 0)
        await until(() => stage.double.callsOf("assistant.threads.setStatus").length > calls);
      await platform.openReply(stage.address, newId(), NEW).finish(`${i}`);
    }
    expect(stage.double.callsOf("assistant.threads.setStatus")).toHaveLength(4);
  });

  it("shows one status for one sign, and leaves its end to the reply", async () => {
    const platform = stage.connect();
    const { channel, thread = "" } = stage.address;
    const calls = () => stage.double.callsOf("assistant.threads.setStatus").length;
    const before = calls();
    platform.greet(stage.address);
    await until(() => stage.double.status(channel, thread) === "is thinking …");
    platform.showStatus(stage.address, "is thinking …");
    await platform.openReply(stage.address, newId(), NEW).finish("done");
    platform.showStatus(stage.address, "");
    await platform.openReply(stage.address, newId(), NEW).finish("and more");
    expect(stage.double.status(channel, thread)).toBeUndefined();
    expect(calls() - before).toBe(1);
  });

  it("ends a status that nothing was said after", async () => {
    const platform = stage.connect();
    const { channel, thread = "" } = stage.address;
    await platform.openReply(stage.address, newId(), NEW).finish("before");
    platform.showStatus(stage.address, "is thinking …");
    await until(() => stage.double.status(channel, thread) === "is thinking …");
    platform.showStatus(stage.address, "");
    await expect.poll(() => stage.double.status(channel, thread)).toBeUndefined();
  });

  it("tells the room what it cannot tell the person alone", async () => {
    const { channel } = stage.address;
    fail("chat.postEphemeral", "user_not_in_channel");
    await stage.connect().tellPrivately(stage.address, "The budget is used up.");
    expect(stage.toldPrivately()).toEqual([]);
    expect(stage.double.appMessages(channel, stage.address.thread)).toHaveLength(1);
  });

  it("mentions nobody in what it tells, whatever anybody is called", async () => {
    const agent = { slug: "sage", name: "Sage <!channel>" };
    const words = `${agent.name} is off, says @here <!everyone|x>: \`/agent invite sage\` & more.`;
    fail("chat.postEphemeral", "user_not_in_channel");
    for (let i = 0; i < 2; i++) {
      await stage.connect().tellPrivately({ ...stage.address, agent }, words);
    }
    const sent = ["chat.postMessage", "chat.postEphemeral"].flatMap((method) =>
      stage.double.callsOf(method).map(({ args }) => args["text"]),
    );
    const shown =
      "Sage &lt;!channel&gt; is off, says @\u200bhere &lt;!everyone|x&gt;: `/agent invite sage` &amp; more.";
    expect(sent).toEqual([shown, shown, shown]);
    expect(stage.massMentions()).toBe(0);
  });
});
