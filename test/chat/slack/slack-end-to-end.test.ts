import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { sha256 } from "../../../src/base/ids.ts";
import { silentLog } from "../../../src/base/log.ts";
import { createSlackPlatform } from "../../../src/chat/slack/slack-platform.ts";
import { createSlackTeams } from "../../../src/chat/slack/api/slack-teams.ts";
import { startSlackDouble, type SlackDouble } from "../../support/slack/slack-double.ts";
import type { Workspace } from "../../support/slack/world.ts";
import { until } from "../../support/until.ts";
import { EAGER, startDoor } from "./door-stage.ts";
import { type Engine, openEngine } from "./open-engine.ts";

describe("a question in Slack", () => {
  const resources = new AsyncDisposableStack();
  let double: SlackDouble;
  let workspace: Workspace;
  let engine: Engine;

  beforeAll(async () => {
    double = await startSlackDouble({ redeliverEvery: 3, retryDelaysMs: EAGER });
    resources.defer(() => double.close());
    workspace = double.addWorkspace({ people: ["ana", "ben", "نور 🌸"] });
    engine = await openEngine();
    resources.defer(() => engine.close());
    await engine.startWorker([
      createSlackPlatform({
        teams: createSlackTeams({
          slack: { botToken: workspace.token, apiUrl: double.apiUrl },
          register: engine.openRegister(),
          clock: systemClock,
          log: silentLog,
          timeoutMs: 30_000,
        }),
        clock: systemClock,
        log: silentLog,
      }),
    ]);
    // Two processes with the same token.
    for (const ingress of [engine.openIngress(), engine.openIngress()]) {
      // Broken sockets are back soon; those of a busy process too, but events come again.
      const pingTimeoutsMs = [500, 600];
      const door = await startDoor(double, workspace, { mode: "socket", ingress, pingTimeoutsMs });
      resources.defer(() => door.close());
    }
  });

  afterAll(() => resources.disposeAsync());
  afterEach(() => double.faults.clear());

  const ask = (said: Partial<Parameters<SlackDouble["say"]>[0]> = {}) =>
    double.say({ channel: "general", user: "ana", text: "hello", mention: true, ...said });

  async function count(what: string): Promise<number> {
    const text = `select count(*)::int as n from ${what}`;
    const [row] = await engine.sql.rows<{ n: number }>(
      { name: sha256(text).slice(0, 32), text },
      [],
    );
    return row?.n ?? -1;
  }

  async function allAnswered(): Promise<void> {
    await double.settled();
    await until(async () => (await count("turn where finished_at is null")) === 0);
  }

  it("gets one visible answer in its thread, under the agent's name", async () => {
    const { channel, ts } = ask({ text: "how long does a refund take?" });
    await allAnswered();
    expect(double.visibleMessages(channel, ts)).toMatchObject([
      { author: { kind: "person", name: "ana" } },
      {
        author: { kind: "app", name: "Sage" },
        threadTs: ts,
        text: expect.stringContaining("how long does a refund take?"),
        metadata: { event_type: "troupe_reply" },
      },
    ]);
    const room = `join room r on r.key = 'slack:${workspace.teamId}.${channel}:${ts}'`;
    expect(await count(`message m ${room} and m.room_id = r.id and person_id is not null`)).toBe(1);
    const lane = `join conversation c on c.id = t.conversation_id ${room} and c.room_id = r.id`;
    expect(await count(`turn t ${lane}`)).toBe(1);
    expect(await count(`turn t ${lane} and t.status = 'done'`)).toBe(1);
    expect(double.violations).toEqual([]);
  });

  it("is answered once each, whoever hears it, how often and in what order", async () => {
    const asked = Array.from({ length: 12 }, (_, i) =>
      ask({
        user: ["ana", "ben", "نور 🌸"][i % 3] ?? "ana",
        text: `question ${i}`,
        mentionFirst: i % 2 === 0,
      }),
    );
    await allAnswered();
    for (const { channel, ts } of asked) {
      expect(double.appMessages(channel, ts)).toHaveLength(1);
    }
  });

  it("is answered without a mention in a direct conversation", async () => {
    const { channel } = ask({ channel: "dm", user: "ben", mention: false });
    await allAnswered();
    expect(double.appMessages(channel)).toHaveLength(1);
  });

  it("is answered once in spite of a lost answer, a rate limit and a broken socket", async () => {
    double.faults.add({ method: "chat.postMessage", fault: { kind: "lose-response" } });
    double.faults.add({
      method: "chat.postMessage",
      fault: { kind: "rate-limit", retryAfterSeconds: 1 },
      after: 1,
    });
    const asked = ["one", "two"].map((text) => {
      const said = ask({ user: "ben", text });
      double.sockets.drop();
      return said;
    });
    await allAnswered();
    for (const { channel, ts } of asked) {
      expect(double.appMessages(channel, ts)).toHaveLength(1);
    }
  });

  it("turns a reaction on its answer into feedback, and takes it back", async () => {
    const { channel, ts } = ask();
    await allAnswered();
    const [answer] = double.appMessages(channel, ts);
    const reaction = { channel, ts: answer?.ts ?? "", user: "ben", name: "+1" };
    double.react(reaction);
    await double.settled();
    expect(await count("feedback where verdict = 'good' and withdrawn_at is null")).toBe(1);
    double.unreact(reaction);
    await double.settled();
    expect(await count("feedback where withdrawn_at is null")).toBe(0);
  });

  it("ends as failed, with the reason, where the app may not answer", async () => {
    const fault = { kind: "error" as const, error: "not_in_channel" };
    double.faults.add({ method: "chat.postMessage", fault, times: 100 });
    ask();
    await allAnswered();
    expect(await count("turn where status = 'failed' and reason like '%/invite%'")).toBe(1);
  });
});
