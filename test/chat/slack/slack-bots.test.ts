import { afterAll, beforeAll, expect, it } from "vitest";
import { BOT_LIMITS } from "../../../src/rooms/bots/bot-limits.ts";
import { openSlackPlatform } from "../../support/open-slack-platform.ts";
import { startSlackDouble } from "../../support/slack/slack-double.ts";
import { until } from "../../support/until.ts";
import { startDoor } from "./door-stage.ts";
import { openEngine } from "./open-engine.ts";

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  stage = await openStage();
});

async function openStage() {
  const double = await startSlackDouble();
  resources.defer(() => double.close());
  const workspace = double.addWorkspace();
  const engine = await openEngine();
  resources.defer(() => engine.close());
  const platform = openSlackPlatform({ botToken: workspace.token, apiUrl: double.apiUrl });
  await engine.startWorker([platform]);
  const ingress = engine.openIngress();
  const door = await startDoor(double, workspace, { mode: "socket", ingress });
  resources.defer(() => door.close());
  const count = async (what: string) => {
    const text = `select count(*)::int as n from ${what}`;
    const [row] = await engine.sql.rows<{ n: number }>({ name: what, text }, []);
    return row?.n ?? -1;
  };
  const settle = async () => {
    await double.settled();
    await until(async () => (await count("turn where finished_at is null")) === 0);
  };
  return { double, engine, count, settle };
}

it("a bot that answers every answer talks with the agent a while, and then to itself", async () => {
  const { double, engine, count, settle } = stage;
  const { channel, ts } = double.say({
    channel: "general",
    user: "ana",
    text: "you two, talk",
    mention: true,
  });
  await settle();
  await engine.sql.rows({ name: "on", text: "update conversation set answers_bots = true" }, []);
  const answers = () => double.appMessages(channel, ts).length;
  const echo = async () => {
    const before = answers();
    const text = `${before}, and you?`;
    double.say({ channel, user: "ben", byBot: "echo", text, mention: true, thread_ts: ts });
    await settle();
    return answers() > before;
  };
  let turns = 0;
  while (await echo()) turns += 1;
  expect(turns).toBe(BOT_LIMITS.consecutiveAnswers);
  expect(await count("turn where status = 'declined' and reason like 'Loop guard%'")).toBe(1);

  double.say({ channel, user: "ana", text: "go on", mention: true, thread_ts: ts });
  await settle();
  expect(await echo()).toBe(true);
  expect(double.violations).toEqual([]);
});
