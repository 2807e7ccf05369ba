import { App, SocketModeReceiver } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSlackDouble, type SlackDouble } from "../support/slack/slack-double.ts";
import { silent, startSocketApp } from "./bolt-app.ts";

// What bolt does with events before an app's own code sees them: the adapter is built around these.
let double: SlackDouble;
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  double = await startSlackDouble({ ackTimeoutMs: 2000, retryDelaysMs: [0, 20, 20] });
  double.addWorkspace();
  stops = [];
});

afterEach(async () => {
  for (const stop of stops) await stop();
  await double.close();
});

async function start(set: (app: App) => void) {
  const started = await startSocketApp(double, set);
  stops.push(started.stop);
  return started;
}

const say = () => double.say({ channel: "general", user: "ana", text: "hi" });

test("bolt acknowledges an event before its listener runs, so a listener's failure loses the event", async () => {
  let runs = 0;
  const { app } = await start((app) => {
    app.message(async () => {
      runs += 1;
      throw new Error("the database is away");
    });
  });
  app.error(async () => {});
  say();
  await double.settled();
  expect(runs).toBe(1);
  expect(double.deliveries).toMatchObject([{ state: "acked", attempts: [{ acked: true }] }]);
});

test("an authorize function that fails makes bolt acknowledge the event and drop it", async () => {
  let runs = 0;
  const receiver = new SocketModeReceiver({
    appToken: double.app.appToken,
    logger: silent,
    installerOptions: { clientOptions: { slackApiUrl: double.apiUrl } },
  });
  const app = new App({
    receiver,
    logger: silent,
    authorize: () => Promise.reject(new Error("the database is away")),
  });
  app.error(async () => {});
  app.message(async () => {
    runs += 1;
  });
  await app.start();
  stops.push(() => receiver.client.disconnect());
  say();
  await double.settled();
  expect(double.deliveries[0]?.state).toBe("acked");
  expect(runs).toBe(0);
});

test("what replaces processEvent decides itself when to acknowledge, and a throw brings the event again", async () => {
  const stored: (number | undefined)[] = [];
  const { app } = await start((app) => {
    app.processEvent = async ({ ack, retryNum }) => {
      if (stored.push(retryNum) === 1) throw new Error("the database is away");
      await ack();
    };
  });
  expect(app).toBeDefined();
  say();
  await double.settled();
  expect(stored).toEqual([0, 1]);
  expect(double.deliveries[0]?.state).toBe("acked");
});

test("bolt's own clients add team_id to every call, which Slack takes", async () => {
  await start((app) => {
    app.message(async ({ client, message }) => {
      await client.chat.postMessage({ channel: message.channel, text: "hello" });
    });
  });
  say();
  await double.until("an answer", () => double.appMessages("general").length === 1);
  const [call] = double.callsOf("chat.postMessage");
  expect(call?.args).toHaveProperty("team_id", call?.teamId);
  expect(double.violations).toEqual([]);
});

test("the app's own messages come back as events; bolt keeps them from listeners by user or bot id", async () => {
  const heard: string[] = [];
  const { app } = await start((app) => {
    app.message(async ({ message }) => {
      heard.push((message as { text: string }).text);
    });
  });
  const [workspace] = double.world.workspaces.values();
  const channels = [...(workspace?.channels.values() ?? [])];
  const channel = channels.find(({ name }) => name === "general")?.id ?? "";
  await app.client.chat.postMessage({ channel, text: "as itself" });
  await app.client.chat.postMessage({ channel, text: "as Sage", username: "Sage" });
  double.say({ channel: "general", user: "ben", text: "by another app", byBot: true });
  await double.settled();
  expect(double.deliveries).toHaveLength(3);
  expect(double.deliveries[1]?.event).toMatchObject({ subtype: "bot_message", username: "Sage" });
  expect(heard).toEqual(["by another app"]);
});
