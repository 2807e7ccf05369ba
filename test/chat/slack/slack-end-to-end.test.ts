import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { createSlackPlatform } from "../../../src/chat/slack/slack-platform.ts";
import { startSlackDouble, type SlackDouble } from "../../support/slack/slack-double.ts";
import type { Workspace } from "../../support/slack/world.ts";
import { startDoor } from "./door-stage.ts";
import { type Engine, openEngine } from "./open-engine.ts";

describe("a question in Slack", () => {
  let resources: AsyncDisposableStack;
  let double: SlackDouble;
  let workspace: Workspace;
  let engine: Engine;

  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    double = await startSlackDouble({ redeliverEvery: 3, retryDelaysMs: [0, 50, 100] });
    resources.defer(() => double.close());
    workspace = double.addWorkspace({ people: ["ana", "ben", "نور 🌸"] });
    engine = await openEngine();
    resources.defer(() => engine.close());
    await engine.startWorker([
      createSlackPlatform({
        botToken: workspace.token,
        apiUrl: double.apiUrl,
        clock: systemClock,
        log: silentLog,
        timeoutMs: 1000,
      }),
    ]);
  });

  afterEach(() => resources.disposeAsync());

  async function openDoor(): Promise<void> {
    const ingress = engine.openIngress();
    const door = await startDoor(double, workspace, { mode: "socket", ingress });
    resources.defer(() => door.close());
  }

  const ended = async () => {
    const rows = await engine.sql.rows<{ open: number }>(
      { text: "select count(*)::int as open from turn where status in ('pending', 'running')" },
      [],
    );
    return rows[0]?.open === 0;
  };

  async function allAnswered(): Promise<void> {
    await double.settled();
    while (!(await ended())) await double.until("a change", () => true);
  }

  const count = async (table: "message" | "turn" | "feedback", where = "true") => {
    const text = `select count(*)::int as n from ${table} where ${where}`;
    return (await engine.sql.rows<{ n: number }>({ text }, []))[0]?.n;
  };

  it("gets one visible answer in its thread, under the agent's name", async () => {
    await openDoor();
    const { channel, ts } = double.say({
      channel: "general",
      user: "ana",
      text: "what is 17 times 23?",
      mention: true,
    });
    await allAnswered();
    expect(double.visibleMessages(channel, ts)).toMatchObject([
      { author: { kind: "person", name: "ana" } },
      {
        author: { kind: "app", name: "Sage" },
        threadTs: ts,
        text: expect.stringContaining("391"),
        metadata: { event_type: "troupe_reply" },
      },
    ]);
    expect(await count("turn")).toBe(1);
    expect(await count("turn", "status = 'done'")).toBe(1);
    expect(double.violations).toEqual([]);
  });

  it("is answered once each, whoever of two processes hears it, how often, in what order", async () => {
    await openDoor();
    await openDoor();
    const asked = Array.from({ length: 12 }, (_, i) =>
      double.say({
        channel: i % 4 === 3 ? "dm" : "general",
        user: ["ana", "ben", "نور 🌸"][i % 3] ?? "ana",
        text: `question ${i}`,
        mention: i % 4 !== 3,
        mentionFirst: i % 2 === 0,
      }),
    );
    await allAnswered();
    for (const { channel, ts } of asked.filter(({ channel }) => channel.startsWith("C"))) {
      expect(double.appMessages(channel, ts)).toHaveLength(1);
    }
    expect(await count("message", "person_id is not null")).toBe(12);
  });

  it("is answered once in spite of a lost answer, a rate limit and a broken socket", async () => {
    await openDoor();
    double.faults.add({ method: "chat.postMessage", fault: { kind: "lose-response" } });
    double.faults.add({
      method: "chat.postMessage",
      fault: { kind: "rate-limit", retryAfterSeconds: 1 },
      after: 1,
    });
    const asked = ["one", "two"].map((text) => {
      const said = double.say({ channel: "general", user: "ben", text, mention: true });
      double.sockets.drop();
      return said;
    });
    await allAnswered();
    for (const { channel, ts } of asked) {
      expect(double.appMessages(channel, ts)).toHaveLength(1);
    }
  });

  it("turns a reaction on its answer into feedback, and takes it back", async () => {
    await openDoor();
    const { channel, ts } = double.say({
      channel: "general",
      user: "ana",
      text: "hello",
      mention: true,
    });
    await allAnswered();
    const [answer] = double.appMessages(channel, ts);
    const reaction = { channel, ts: answer?.ts ?? "", user: "ben", name: "+1" };
    double.react(reaction);
    await double.settled();
    expect(await count("feedback", "verdict = 'good' and withdrawn_at is null")).toBe(1);
    double.unreact(reaction);
    await double.settled();
    expect(await count("feedback", "withdrawn_at is null")).toBe(0);
  });

  it("ends as failed, with the reason, where the app was removed before it answered", async () => {
    const release = double.faults.add({
      method: "chat.postMessage",
      fault: { kind: "delay", ms: 1 },
    });
    expect(release.left()).toBe(1);
    const { channel } = double.say({
      channel: "general",
      user: "ana",
      text: "hello",
      mention: true,
    });
    double.leave({ channel });
    await openDoor();
    await allAnswered();
    expect(await count("turn", "status = 'failed' and reason like '%/invite%'")).toBe(1);
  });
});
