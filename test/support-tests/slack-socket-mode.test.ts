import { afterEach, beforeEach, expect, test } from "vitest";
import {
  startSlackDouble,
  type SlackDouble,
  type SlackDoubleOptions,
} from "../support/slack/slack-double.ts";
import { echoMentions, startSocketApp } from "./bolt-app.ts";

let double: SlackDouble;
let closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  double = await startSlackDouble({ ackTimeoutMs: 30_000, retryDelaysMs: [0, 50, 50] });
  double.addWorkspace();
  closing = [];
});

afterEach(async () => {
  for (const close of closing) await close();
  await double.close();
});

async function start(set = echoMentions, pingTimeoutMs?: number) {
  const started = await startSocketApp(double, set, pingTimeoutMs);
  closing.push(started.stop);
  return started;
}

async function restart(options: SlackDoubleOptions) {
  await double.close();
  double = await startSlackDouble(options);
  double.addWorkspace();
}

const texts = (channel: string, thread?: string) =>
  double.appMessages(channel, thread).map(({ text }) => text);

test("a mention is answered once, in its thread, and everything was well formed", async () => {
  await start();
  const { ts, channel } = double.say({
    channel: "general",
    user: "ana",
    text: "hi",
    mention: true,
  });
  await double.until("an answer", () => texts(channel, ts).length > 0);
  await double.settled();
  expect(texts(channel, ts)).toEqual(["hi"]);
  expect(double.violations).toEqual([]);
  expect(double.sockets.connections[0]?.acks.length).toBeGreaterThan(1);
});

test("one mention arrives as two events with one ts and two event ids", async () => {
  const seen: { type: string; ts: string; id: string }[] = [];
  await start((app) => {
    app.event(/^(message|app_mention)$/, async ({ event, body }) => {
      seen.push({ type: event.type, ts: (event as { ts: string }).ts, id: body.event_id });
    });
  });
  const { ts } = double.say({ channel: "general", user: "ana", text: "hi", mention: true });
  await double.until("both", () => seen.length === 2);
  expect(seen.map(({ type }) => type)).toEqual(["message", "app_mention"]);
  expect(seen.map((event) => event.ts)).toEqual([ts, ts]);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(2);
});

test("in a direct conversation a mention has no app_mention twin", async () => {
  const seen: string[] = [];
  await start((app) => {
    app.event(/.*/, async ({ event }) => {
      seen.push(`${event.type} ${(event as { channel_type?: string }).channel_type}`);
    });
  });
  double.say({ channel: "dm", user: "ana", text: "hi", mention: true });
  await double.settled();
  expect(seen).toEqual(["message im"]);
});

test("an event that nobody acknowledges comes again three times, then is lost", async () => {
  await restart({ ackTimeoutMs: 200, retryDelaysMs: [0, 50, 50] });
  const retries: (number | undefined)[] = [];
  const { client } = await start(() => {});
  // The app is up, but its acknowledging part is gone.
  client.removeAllListeners("slack_event");
  client.on("slack_event", ({ retry_num: retry }: { retry_num?: number }) => retries.push(retry));
  double.say({ channel: "general", user: "ana", text: "hi" });
  await double.settled();
  expect(retries).toEqual([0, 1, 2, 3]);
  expect(double.deliveries[0]?.state).toBe("lost");
});

test("a redelivered event keeps its event id, and a bot without a memory answers twice", async () => {
  await start();
  const { ts, channel } = double.say({
    channel: "general",
    user: "ana",
    text: "hi",
    mention: true,
  });
  await double.until("an answer", () => texts(channel, ts).length === 1);
  const mention = double.deliveries.find(({ event }) => event["type"] === "app_mention");
  await double.redeliver(mention?.eventId ?? "");
  await double.until("a second answer", () => texts(channel, ts).length === 2);
  expect(mention?.attempts).toHaveLength(2);
});

test("what is said while no socket is open arrives after the app is back", async () => {
  await restart({ retryDelaysMs: [0, ...Array.from({ length: 100 }, () => 200)] });
  await start(echoMentions, 300);
  double.sockets.drop();
  const { ts, channel } = double.say({
    channel: "general",
    user: "ana",
    text: "hi",
    mention: true,
  });
  const mention = double.deliveries.find(({ event }) => event["type"] === "app_mention");
  await double.until("it came through", () => mention?.state !== "pending");
  await double.until("an answer", () => texts(channel, ts).length > 0);
  expect(texts(channel, ts)).toEqual(["hi"]);
  expect(mention?.attempts[0]).toMatchObject({ acked: false, reason: "connection_failed" });
});

test.each(["refresh_requested", "warning"] as const)(
  "after a disconnect for %s the app opens a new socket",
  async (reason) => {
    await start(echoMentions, 1500);
    double.sockets.disconnect(reason);
    await double.until("a new socket", () => double.sockets.connections.length === 2);
    await double.until("it is open", () => double.sockets.openCount() === 1);
    expect(double.sockets.connections.map(({ state }) => state())).toEqual(["closed", "open"]);
  },
);

test("a half-open socket is noticed by the client and replaced", async () => {
  await start(echoMentions, 1500);
  double.sockets.freeze();
  await double.until("a new socket", () => double.sockets.connections.length === 2);
  expect(double.sockets.connections[1]?.state()).toBe("open");
});

test("a socket cut in the middle of a frame is replaced", async () => {
  await start(echoMentions, 1500);
  double.sockets.drop({ midFrame: true });
  await double.until("a new socket", () => double.sockets.openCount() === 1);
  expect(double.sockets.connections).toHaveLength(2);
});

test("with two sockets each event goes to one of them, and both get some", async () => {
  const heard: string[][] = [[], []];
  for (const mine of heard) {
    await start((app) => {
      app.message(async ({ message }) => {
        mine.push(message.ts);
      });
    });
  }
  const said = Array.from({ length: 10 }, (_, index) =>
    double.say({ channel: "general", user: "ana", text: `number ${index}` }),
  );
  await double.settled();
  expect(heard.flat().sort()).toEqual(said.map(({ ts }) => ts));
  expect(heard.map(({ length }) => length)).toEqual([5, 5]);
});

test("every fifth event can be made to come twice", async () => {
  await restart({ redeliverEvery: 5 });
  const heard: string[] = [];
  await start((app) => {
    app.message(async ({ message }) => {
      heard.push(message.ts);
    });
  });
  for (let index = 0; index < 10; index += 1) {
    double.say({ channel: "general", user: "ana", text: `number ${index}` });
  }
  await double.settled();
  expect(heard).toHaveLength(12);
  expect(new Set(heard).size).toBe(10);
});

test("an event whose acknowledgement meets a reconnect is handled once, when it comes again", async () => {
  await restart({ ackTimeoutMs: 3000, retryDelaysMs: [5000, 5000, 5000] });
  const heard: (number | undefined)[] = [];
  await start((app) => {
    app.message(async ({ context }) => {
      heard.push(context.retryNum);
    });
  }, 1500);
  // Slack's disconnect arrives right behind the event, before bolt has acknowledged it.
  double.say({ channel: "general", user: "ana", text: "hi" });
  double.sockets.disconnect("refresh_requested");
  await double.settled();
  expect(double.deliveries[0]?.attempts.map(({ acked }) => acked)).toEqual([false, true]);
  expect(heard).toEqual([1]);
});
