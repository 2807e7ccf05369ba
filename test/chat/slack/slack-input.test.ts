import { afterEach, describe, expect, it } from "vitest";
import { type DoorStage, openDoorStage, PATIENT } from "./door-stage.ts";

describe("what the Slack door makes of odd input", () => {
  let stage: DoorStage;

  afterEach(() => stage.close());

  const open = async (people?: string[]) => {
    stage = await openDoorStage(people ? { people } : {});
  };
  const say = (said: Partial<Parameters<DoorStage["double"]["say"]>[0]> = {}) =>
    stage.double.say({ channel: "general", user: "ana", text: "hi", mention: true, ...said });
  const texts = () => stage.ingress.messages().map(({ text }) => text);

  it("acknowledges events of unknown types and malformed ones, and stores nothing", async () => {
    await open();
    const general = [...stage.workspace.channels.values()].find(({ name }) => name === "general");
    for (const event of [
      { type: "some_future_event", channel: general?.id },
      { type: "message" },
      { type: "message", channel: 7, ts: {}, text: [] },
      { type: "app_mention", channel: general?.id, ts: "not a time", user: "U1", text: "hi" },
      { type: "message", channel: "a:b:c", ts: "1.2", user: "U1", text: "hi", channel_type: "im" },
      { type: "message", subtype: "message_changed", channel: general?.id },
      { type: "message", subtype: "message_deleted", channel: general?.id, deleted_ts: null },
      { type: "reaction_added", user: "U1", reaction: "+1", item: { type: "file" } },
      { type: "message", channel: general?.id, ts: "1.2", user: "U1", text: null, blocks: null },
    ]) {
      stage.double.emitRaw(event);
    }
    await stage.double.settled();
    expect(stage.double.deliveries.map(({ state }) => state)).toEqual(
      stage.double.deliveries.map(() => "acked"),
    );
    expect(stage.ingress.messages()).toEqual([]);
  });

  it("takes 40,000 characters whole", async () => {
    await open();
    const text = "wörd ".repeat(8000).trim();
    say({ text });
    await stage.double.settled();
    expect(texts()).toEqual([`@troupe ${text}`]);
  });

  it("takes an empty mention as a call by name", async () => {
    await open();
    say({ text: "" });
    await stage.double.settled();
    expect(stage.ingress.messages()).toMatchObject([{ text: "@troupe", toBot: true }]);
  });

  it("names the files of a message, also where there is nothing else", async () => {
    await open();
    const files = [{ name: "receipt.png", content: "…" }];
    say({ channel: "dm", text: "", mention: false, files });
    say({
      text: "is this covered?",
      files: [...files, { name: "terms\nof use.pdf", content: "…" }],
    });
    await stage.double.settled();
    expect(texts()).toEqual([
      "[file: receipt.png]",
      "@troupe is this covered?\n[file: receipt.png]\n[file: terms of use.pdf]",
    ]);
  });

  it("resolves mentions and links, and knows names of any script", async () => {
    await open(["ana 🦊", "نور", "ben"]);
    const ids = new Map(Array.from(stage.workspace.people.values(), ({ id, name }) => [name, id]));
    const link = "<https://example.com/a?b=1&amp;c=2|the policy>";
    say({ user: "نور", text: `ask <@${ids.get("ana 🦊")}> or <@U0NOBODY> about ${link}` });
    await stage.double.settled();
    expect(stage.ingress.messages()).toMatchObject([
      {
        person: { externalId: ids.get("نور"), name: "نور" },
        text: "@troupe ask @ana 🦊 or @U0NOBODY about [the policy](https://example.com/a?b=1&c=2)",
      },
    ]);
  });

  it("calls channels by their names, but none that not everybody may see", async () => {
    await open();
    const { id } = stage.double.addChannel(stage.workspace, "launch-🚀");
    const hidden = stage.double.addChannel(stage.workspace, "layoffs", { kind: "group" });
    say({ text: `see <#${id}|> and <#${id}>, not <#${hidden.id}> or <#C0GONE|gone>` });
    await stage.double.settled();
    expect(texts()).toEqual([`@troupe see #launch-🚀 and #launch-🚀, not #${hidden.id} or #gone`]);
  });

  it("reads what somebody forwards, also where they add no word", async () => {
    await open();
    const { channel } = say({ channel: "dm", mention: false });
    const ben = [...stage.workspace.people.values()].find(({ name }) => name === "ben")?.id;
    const user = [...stage.workspace.people.values()].find(({ name }) => name === "ana")?.id;
    const forwarded = {
      is_share: true,
      is_msg_unfurl: true,
      author_id: ben,
      author_name: "Ben",
      text: "the *refund* takes\n5 days",
      fallback: "[March 1st, 2026 9:00 AM] ben: the refund takes",
    };
    const preview = { from_url: "https://example.com/", title: "Example", text: "a page" };
    const event = { type: "message", channel, channel_type: "im", user };
    for (const [text, ts] of [
      ["", "1731583511.412919"],
      ["is that so?", "1731583512.412919"],
    ]) {
      stage.double.emitRaw({ ...event, text, ts, event_ts: ts, attachments: [preview, forwarded] });
    }
    await stage.double.settled();
    const quoted = "Forwarded from @ben:\n> the **refund** takes\n> 5 days";
    expect(texts()).toEqual(["hi", quoted, `is that so?\n${quoted}`]);
  });

  it("keeps the words of a message whose other fields are malformed", async () => {
    await open();
    const { channel } = say({ channel: "dm", mention: false });
    stage.double.emitRaw({
      type: "message",
      channel,
      channel_type: 7,
      ts: "1731583511.412919",
      user: "U0GUEST",
      user_profile: { display_name: "Gül (Partner)", real_name: null },
      text: "are you there?",
      blocks: "none",
      attachments: [null, { text: 5 }],
      files: [null, { id: "F1", name: { first: "a" }, title: "plan.txt" }],
      edited: false,
      bot_profile: [],
      event_ts: "1731583511.412919",
    });
    await stage.double.settled();
    expect(stage.ingress.messages().at(-1)).toMatchObject({
      text: "are you there?\n[file: plan.txt]",
      person: { externalId: "U0GUEST", name: "Gül (Partner)" },
      files: [{ id: "F1", name: "plan.txt" }],
    });
  });

  it("asks for each name once, and lists neither people nor channels of a large workspace", async () => {
    await open();
    stage.double.addManyChannels(stage.workspace, 10_000);
    for (let i = 0; i < 5; i++) say({ channel: "dm", text: `${i}`, mention: false });
    await stage.double.settled();
    expect(stage.double.callsOf("users.info")).toHaveLength(1);
    const lists = stage.double.calls.filter(({ method }) => method.endsWith(".list"));
    expect(lists).toEqual([]);
  });

  it("stores a message although its writer's name is not to be had", async () => {
    stage = await openDoorStage({ patienceMs: { ...PATIENT, name: 300 } });
    const hang = { method: "users.info", fault: { kind: "hang" as const } };
    stage.double.faults.add(hang);
    const { channel } = say({ channel: "dm", mention: false });
    await stage.double.until("the message", () => texts().length === 1);
    const [message] = stage.ingress.messages();
    expect(message?.person.name).toBe(message?.person.externalId);
    expect(message?.roomKey).toBe(stage.key(channel));
  });

  it("takes a mention for one although only the blocks have it", async () => {
    await open();
    const { userId } = stage.workspace.bot;
    const general = [...stage.workspace.channels.values()].find(({ name }) => name === "general");
    const section = { type: "rich_text_section", elements: [{ type: "user", user_id: userId }] };
    stage.double.emitRaw({
      type: "message",
      channel: general?.id,
      channel_type: "channel",
      ts: "1731583511.412919",
      user: "U1",
      text: "are you there?",
      blocks: [{ type: "rich_text", elements: [section] }],
      event_ts: "1731583511.412919",
    });
    await stage.double.settled();
    expect(stage.ingress.messages()).toMatchObject([{ toBot: true }]);
  });

  it("hears nothing of another workspace", async () => {
    await open();
    stage.double.addWorkspace({ name: "Other" });
    stage.double.say({ team: "Other", channel: "dm", user: "ben", text: "hi" });
    await stage.double.settled();
    expect(stage.double.deliveries).toMatchObject([{ state: "acked" }]);
    expect(stage.ingress.messages()).toEqual([]);
  });

  it("does not open with a token that Slack refuses, and says what to do", async () => {
    await open();
    stage.double.setTokenState(stage.workspace, "account_inactive");
    await expect(stage.open()).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("SLACK_BOT_TOKEN"),
    });
  });
});
