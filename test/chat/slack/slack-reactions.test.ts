import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DoorStage, openDoorStage } from "./door-stage.ts";

describe("reactions in Slack", () => {
  let stage: DoorStage;
  let question: { ts: string; channel: string };

  async function open(double: { ackTimeoutMs?: number } = {}) {
    stage = await openDoorStage({ double });
    opened.push(stage);
    question = stage.double.say({ channel: "general", user: "ana", text: "how?", mention: true });
    await stage.double.settled();
  }

  const opened: DoorStage[] = [];
  beforeEach(() => open());
  afterEach(async () => void (await Promise.all(opened.splice(0).map((each) => each.close()))));

  /** Posts an answer as the product does, and answers its ts. */
  async function answer(args: object = { thread_ts: question.ts, username: "Sage" }) {
    const response = await fetch(`${stage.double.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${stage.workspace.token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ channel: question.channel, text: "so", ...args }),
    });
    await stage.double.settled();
    return ((await response.json()) as { ts: string }).ts;
  }

  const react = async (ts: string, name: string, user = "ben") => {
    stage.double.react({ channel: question.channel, ts, user, name });
    await stage.double.settled();
  };

  it.each([
    ["+1", "good"],
    ["thumbsup", "good"],
    ["+1::skin-tone-4", "good"],
    ["-1", "bad"],
    ["thumbsdown::skin-tone-2", "bad"],
  ])("%s on an answer is feedback", async (name, verdict) => {
    const ts = await answer();
    await react(ts, name);
    expect(stage.ingress.feedback()).toEqual([
      {
        roomKey: stage.key(question.channel, question.ts),
        externalId: ts,
        person: "ben",
        verdict,
      },
    ]);
    expect(stage.double.callsOf("conversations.replies")).toEqual([]);
  });

  it("is taken back with the reaction, and each person's own", async () => {
    const ts = await answer();
    await react(ts, "+1", "ana");
    await react(ts, "+1", "ben");
    stage.double.unreact({ channel: question.channel, ts, user: "ana", name: "+1" });
    await stage.double.settled();
    expect(stage.ingress.feedback()).toMatchObject([{ person: "ben", verdict: "good" }]);
  });

  it("finds the thread of an answer that another process heard of", async () => {
    const inThread = await answer();
    const inChannel = await answer({});
    const other = await openFresh();
    await react(inThread, "+1");
    await react(inChannel, "-1");
    expect(stage.ingress.feedback()).toMatchObject([
      { roomKey: stage.key(question.channel, question.ts), verdict: "good" },
      { roomKey: stage.key(question.channel), verdict: "bad" },
    ]);
    await other.close();
  });

  it("means nothing on what people wrote, and nothing with other emoji", async () => {
    const ts = await answer();
    await react(question.ts, "+1");
    await react(ts, "tada");
    expect(stage.ingress.feedback()).toEqual([]);
  });

  it("comes again where Slack does not tell the thread now", async () => {
    await open({ ackTimeoutMs: 2000 });
    const ts = await answer();
    const other = await openFresh();
    const fault = { kind: "http" as const, status: 500 };
    stage.double.faults.add({ method: "conversations.replies", fault });
    await react(ts, "+1");
    expect(stage.ingress.feedback()).toMatchObject([{ externalId: ts }]);
    await other.close();
  });

  /** A process that has heard nothing yet, in place of the first. */
  async function openFresh() {
    await stage.door.close();
    return stage.open();
  }
});
