import { afterEach, beforeEach, expect, test } from "vitest";
import { startSlackDouble, type SlackDouble } from "../support/slack/slack-double.ts";
import { echoMentions, startHttpApp } from "./bolt-app.ts";

let double: SlackDouble;
let heard: string[];
let started: Awaited<ReturnType<typeof startHttpApp>>;

beforeEach(async () => {
  double = await startSlackDouble({ ackTimeoutMs: 30_000, retryDelaysMs: [0, 20, 20] });
  double.addWorkspace();
  heard = [];
  started = await startHttpApp(double, (app) => {
    echoMentions(app);
    app.message(async ({ message }) => {
      heard.push(message.ts);
    });
  });
});

afterEach(async () => {
  await started.stop();
  await double.close();
});

test("a signed event is answered, and the channel shows it once", async () => {
  const { ts, channel } = double.say({
    channel: "general",
    user: "ana",
    text: "hi",
    mention: true,
  });
  await double.until("an answer", () => double.appMessages(channel, ts).length === 1);
  await double.settled();
  expect(double.appMessages(channel, ts).map(({ text }) => text)).toEqual(["hi"]);
  expect(double.violations).toEqual([]);
});

test("the request URL is verified by its challenge", async () => {
  expect(await double.verifyUrl(started.requestUrl)).toBe(true);
});

test.each(["none", "wrong", "stale"] as const)(
  "a request with signature: %s is refused with 401 and nothing is handled",
  async (signature) => {
    double.say({ channel: "general", user: "ana", text: "hi" });
    await double.settled();
    const body = JSON.stringify(double.deliveries[0]?.body);
    const before = heard.length;
    expect((await started.direct.sendRaw({ body, signature })).status).toBe(401);
    expect(heard).toHaveLength(before);
    expect((await started.direct.sendRaw({ body, signature: "valid" })).status).toBe(200);
    expect(heard).toHaveLength(before + 1);
  },
);

test("a body that is no JSON is refused with 400", async () => {
  expect((await started.direct.sendRaw({ body: "{" })).status).toBe(400);
});

test("an app that is down gets the event again, with the number and reason of the retry", async () => {
  const retries: (string | undefined)[] = [];
  let failures = 2;
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    const { "x-slack-retry-num": num, "x-slack-retry-reason": reason } = request.headers;
    retries.push(num === undefined ? undefined : `${String(num)} ${String(reason)}`);
    failures -= 1;
    response.writeHead(failures < 0 ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  double.deliverTo(`http://127.0.0.1:${port}/`);
  double.say({ channel: "general", user: "ana", text: "hi" });
  await double.settled();
  server.close();
  expect(retries).toEqual([undefined, "1 http_error", "2 http_error"]);
});

test("a slash command is acknowledged and answered at its response_url, up to five times", async () => {
  const failures: number[] = [];
  started.app.command("/agent", async ({ ack, respond, command }) => {
    await ack();
    for (let index = 0; index < 6; index += 1) {
      await respond(`${command.text} ${index}`).catch((error: { statusCode?: number }) => {
        failures.push(error.statusCode ?? 0);
      });
    }
  });
  const receipt = await double.command({
    channel: "general",
    user: "ana",
    command: "/agent",
    text: "list",
  });
  expect(receipt).toMatchObject({ acked: true });
  await double.until("the sixth was refused", () => failures.length === 1);
  const shown = double.ephemerals("general", "ana").map(({ text }) => text);
  expect(shown).toEqual(["list 0", "list 1", "list 2", "list 3", "list 4"]);
  expect(double.ephemerals("general", "ben")).toEqual([]);
  expect(failures).toEqual([404]);
});

test("a command that nobody acknowledges fails and is not retried", async () => {
  const receipt = await double.command({ channel: "general", user: "ana", command: "/unknown" });
  expect(receipt).toMatchObject({ acked: false });
});
