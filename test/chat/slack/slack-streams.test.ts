import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import type { ReplyAddress } from "../../../src/rooms/chat-platform.ts";
import type { Fault } from "../../support/slack/faults.ts";
import { until } from "../../support/until.ts";
import { openSlackStage } from "./slack-stage.ts";
import { openStreamStage, type StreamStage } from "./stream-stage.ts";

const NEW = { resumed: false };
const BUTTONS = { feedbackButtons: true };
const PARTS = ["The refund takes ", "thirty days, and ", "then the money ", "is back."];
const WHOLE = PARTS.join("");
const METHODS = ["chat.startStream", "chat.appendStream", "chat.stopStream"] as const;
const FAULTS: Fault[] = [
  { kind: "lose-request" },
  { kind: "lose-response" },
  { kind: "hang" },
  { kind: "http", status: 503 },
  { kind: "rate-limit", retryAfterSeconds: 2 },
  { kind: "error", error: "message_not_in_streaming_state" },
  { kind: "error", error: "streaming_mode_mismatch" },
];

describe("an answer as Slack's own stream", () => {
  let stage: StreamStage;

  beforeEach(async () => {
    stage = await openStreamStage();
  });

  afterEach(() => stage.close());

  it("grows piece by piece under its agent's name, and ends whole with buttons, by one call", async () => {
    const draft = stage.open();
    await stage.write(draft, PARTS.slice(0, 3));
    expect(stage.messages()).toMatchObject([{ author: { name: "Sage" }, streaming: true }]);
    const [ts] = await draft.finish(WHOLE, BUTTONS);
    expect(stage.messages()).toMatchObject([
      {
        ts,
        text: WHOLE,
        streaming: false,
        metadata: { event_type: "troupe_reply" },
        buttons: [{ text: "👍" }, { text: "👎" }],
      },
    ]);
    expect(stage.streamed()).toBe(WHOLE);
    expect(stage.calls("chat.postMessage")).toEqual([]);
    expect(stage.calls("chat.update")).toEqual([]);
    expect(stage.violations()).toEqual([]);
  });

  it("keeps every letter beside one that no text can hold", async () => {
    const draft = stage.open();
    await stage.write(draft, ["half a pair \ud800", "c and a nul\0 are shown"]);
    await draft.finish("half a pair \ud800c and a nul\0 are shown");
    const [message] = stage.messages();
    expect(message?.text).toBe("half a pair \ufffdc and a nul\ufffd are shown");
  });

  it("is for the person who asked", async () => {
    const draft = stage.open();
    await stage.write(draft, PARTS.slice(0, 1));
    await draft.finish(WHOLE);
    expect(stage.calls("chat.startStream")).toMatchObject([
      {
        args: {
          thread_ts: stage.address.thread,
          recipient_user_id: stage.address.person,
          recipient_team_id: stage.address.workspace,
        },
      },
    ]);
  });

  it("is not begun where the whole answer is there first", async () => {
    await stage.open().finish(WHOLE);
    expect(stage.calls("chat.startStream")).toEqual([]);
    expect(stage.calls("chat.postMessage")).toHaveLength(1);
  });

  const elsewhere: [string, (address: ReplyAddress) => ReplyAddress][] = [
    ["outside of a thread", ({ thread: _thread, ...address }) => address],
    ["for nobody", ({ person: _person, ...address }) => address],
    ["beside an agent of the same name", (address) => ({ ...address, namesake: true })],
    [
      "beside others with a name that Slack may change",
      (address) => ({ ...address, persona: true, agent: { slug: "sage", name: "Sage 🌸" } }),
    ],
  ];
  it.each(elsewhere)("is left out %s: there the answer grows by edits", async (_where, change) => {
    const address = change(stage.address);
    const draft = stage.open(address);
    await stage.write(draft, PARTS.slice(0, 2));
    await draft.finish(WHOLE);
    expect(stage.calls("chat.startStream")).toEqual([]);
    expect(stage.messages(address).filter(({ text }) => text.includes("thirty"))).toHaveLength(1);
  });

  it("is left out where the app may not write under its agents' names", async () => {
    for (const { scopes } of stage.double.world.tokens.values()) {
      scopes.delete("chat:write.customize");
    }
    const draft = stage.open();
    await stage.write(draft, PARTS.slice(0, 2));
    await draft.finish(WHOLE);
    expect(stage.calls("chat.startStream")).toEqual([]);
    expect(stage.messages().map(({ text }) => text)).toEqual([WHOLE]);
  });

  it.each(["on", "direct", "off"] as const)("follows SLACK_STREAMING=%s", async (streaming) => {
    const other = await openSlackStage({ streaming });
    const [asked, workspace] = [
      other.double.say({ channel: "dm", user: "ana", text: "hi" }),
      other.address.workspace,
    ];
    const { agent, person = "" } = other.address;
    const place = { workspace, agent, person, channel: asked.channel };
    const direct = { ...place, thread: asked.ts, replyTo: asked.ts };
    for (const address of [other.address, direct]) {
      const draft = other.connect().openReply(address, newId(), NEW);
      const before = other.writes();
      draft.show("The refund takes ");
      await until(() => other.writes() > before);
      await draft.finish(WHOLE);
    }
    const channels = other.double.callsOf("chat.startStream").map(({ args }) => args["channel"]);
    const allowed = {
      on: [other.address.channel, direct.channel],
      direct: [direct.channel],
      off: [],
    };
    expect(channels).toEqual(allowed[streaming]);
    await other.close();
  });

  it.each(METHODS.flatMap((method) => FAULTS.map((fault) => [method, fault] as const)))(
    "is one whole message in spite of a faulty %s: %o",
    async (method, fault) => {
      const draft = stage.open();
      stage.double.faults.add({ method, fault });
      await stage.write(draft, PARTS.slice(0, 2));
      draft.show(PARTS.slice(0, 3).join(""));
      const answered = await draft.finish(WHOLE, BUTTONS);
      expect(stage.messages()).toMatchObject([
        { text: WHOLE, streaming: false, buttons: [{ text: "👍" }, { text: "👎" }] },
      ]);
      expect(answered).toEqual(stage.messages().map(({ ts }) => ts));
    },
  );

  it("grows by edits for a while where Slack has no stream for the workspace", async () => {
    const platform = stage.connect();
    const fault = { kind: "error" as const, error: "feature_not_enabled" };
    stage.double.faults.add({ method: "chat.startStream", fault, times: 100 });
    for (const address of [stage.address, stage.elsewhere]) {
      const draft = platform.openReply(address, newId(), NEW);
      await stage.write(draft, PARTS.slice(0, 2));
      await draft.finish(WHOLE);
      expect(stage.messages(address).map(({ text }) => text)).toEqual([WHOLE]);
    }
    expect(stage.calls("chat.startStream")).toHaveLength(1);
  });

  it("shows all its words at once where Slack lets no stream end for a while", async () => {
    const draft = stage.open();
    await stage.write(draft, PARTS.slice(0, 2));
    const fault = { kind: "rate-limit" as const, retryAfterSeconds: 30 };
    stage.double.faults.add({ method: "chat.stopStream", fault });
    const finished = draft.finish(WHOLE, BUTTONS);
    await until(() => stage.messages()[0]?.text === WHOLE);
    expect(stage.messages()).toMatchObject([{ streaming: true }]);
    await finished;
    expect(stage.messages()).toMatchObject([{ text: WHOLE, streaming: false, buttons: [{}, {}] }]);
    expect(stage.calls("chat.update")).toEqual([]);
  });

  it("ends as an edited message where Slack has ended it", async () => {
    const draft = stage.open();
    await stage.write(draft, PARTS.slice(0, 2));
    stage.double.world.streamLifeMs = 0;
    await draft.finish(WHOLE, BUTTONS);
    expect(stage.messages()).toMatchObject([{ text: WHOLE, edited: true, buttons: [{}, {}] }]);
  });

  it("is written anew where somebody deleted it", async () => {
    const draft = stage.open();
    await stage.write(draft, PARTS.slice(0, 2));
    const channel = stage.double.world.workspaces
      .get(stage.address.workspace)
      ?.channels.get(stage.address.channel);
    channel?.messages.pop();
    await draft.finish(WHOLE, BUTTONS);
    expect(stage.messages()).toMatchObject([{ text: WHOLE, streaming: false }]);
  });

  it("goes on by edits in the same message where the words begin anew after a tool", async () => {
    const draft = stage.open();
    await stage.write(draft, ["Let me look into ", "the calendar ", "first"]);
    draft.show("The refund takes thirty");
    await until(() => stage.messages()[0]?.text.startsWith("The refund") ?? false);
    expect(stage.messages()).toMatchObject([{ streaming: false }]);
    await draft.finish(WHOLE, BUTTONS);
    expect(stage.messages()).toMatchObject([{ text: WHOLE }]);
  });

  it("can be taken back", async () => {
    const draft = stage.open();
    await stage.write(draft, PARTS.slice(0, 2));
    await draft.retract();
    expect(stage.messages()).toEqual([]);
  });

  it("starts no stream after somebody else has taken the reply over", async () => {
    const draft = stage.open();
    draft.show("The refund takes ");
    draft.abandon();
    await stage.connect().openReply(stage.elsewhere, newId(), NEW).finish(WHOLE);
    expect(stage.calls("chat.startStream")).toEqual([]);
  });
});
