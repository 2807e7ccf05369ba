import { webApi } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSlackDouble, type SlackDouble } from "../support/slack/slack-double.ts";
import { silent } from "./bolt-app.ts";

// How the SDK and Slack behave together when things go wrong: what the adapter is built on.
let double: SlackDouble;
let channel: string;
let token: string;

beforeEach(async () => {
  double = await startSlackDouble();
  const acme = double.addWorkspace();
  token = acme.token;
  channel = [...acme.channels.values()].find(({ name }) => name === "general")?.id ?? "";
});

afterEach(() => double.close());

function clientWith(options: webApi.WebClientOptions): webApi.WebClient {
  const quiet = { logger: silent, slackApiUrl: double.apiUrl };
  return new webApi.WebClient(token, { ...quiet, ...options });
}

const visible = () => double.visibleMessages(channel).map(({ text }) => text);
const soon = { retries: 3, minTimeout: 1, maxTimeout: 5 };

test("a post whose answer is lost stands twice when the SDK may retry", async () => {
  double.faults.add({ method: "chat.postMessage", fault: { kind: "lose-response" } });
  await clientWith({ retryConfig: soon }).chat.postMessage({ channel, text: "hi" });
  expect(visible()).toEqual(["hi", "hi"]);
});

test("a post whose answer is lost stands once without retries, and the caller cannot know", async () => {
  double.faults.add({ method: "chat.postMessage", fault: { kind: "lose-response" } });
  const post = clientWith({ retryConfig: { retries: 0 } }).chat.postMessage({
    channel,
    text: "hi",
  });
  await expect(post).rejects.toMatchObject({ code: webApi.ErrorCode.RequestError });
  expect(visible()).toEqual(["hi"]);
});

test("a request that never arrives looks just the same, but nothing stands", async () => {
  double.faults.add({ method: "chat.postMessage", fault: { kind: "lose-request" } });
  const post = clientWith({ retryConfig: { retries: 0 } }).chat.postMessage({
    channel,
    text: "hi",
  });
  await expect(post).rejects.toMatchObject({ code: webApi.ErrorCode.RequestError });
  expect(visible()).toEqual([]);
});

test("an answer that never comes ends with the client's own time limit", async () => {
  double.faults.add({ method: "chat.postMessage", fault: { kind: "hang" } });
  const client = clientWith({ retryConfig: { retries: 0 }, timeout: 1000 });
  const post = client.chat.postMessage({ channel, text: "hi" });
  await expect(post).rejects.toMatchObject({ code: webApi.ErrorCode.RequestError });
  expect(visible()).toEqual(["hi"]);
});

test("HTTP 500 is retried as often as the client is told to", async () => {
  double.faults.add({
    method: "chat.postMessage",
    fault: { kind: "http", status: 500 },
    times: 2,
  });
  await clientWith({ retryConfig: soon }).chat.postMessage({ channel, text: "hi" });
  expect(double.callsOf("chat.postMessage")).toHaveLength(3);
  expect(visible()).toEqual(["hi"]);
});

test("429 is thrown at once with its seconds when the client is told to reject", async () => {
  double.faults.add({
    method: "chat.postMessage",
    fault: { kind: "rate-limit", retryAfterSeconds: 30 },
  });
  const client = clientWith({ rejectRateLimitedCalls: true });
  const post = client.chat.postMessage({ channel, text: "hi" });
  await expect(post).rejects.toMatchObject({
    code: webApi.ErrorCode.RateLimitedError,
    retryAfter: 30,
  });
  expect(double.callsOf("chat.postMessage")).toHaveLength(1);
});

test("429 without rejection holds back every other call of that client until the time is over", async () => {
  double.faults.add({
    method: "chat.postMessage",
    fault: { kind: "rate-limit", retryAfterSeconds: 3 },
  });
  const client = clientWith({ retryConfig: soon });
  const limited = new Promise((resolve) => client.on(webApi.WebClientEvent.RATE_LIMITED, resolve));
  const post = client.chat.postMessage({ channel, text: "hi" });
  await limited;
  const innocent = client.auth.test();
  await clientWith({}).team.info();
  expect(double.callsOf("auth.test")).toEqual([]);
  await Promise.all([innocent, post]);
  expect(visible()).toEqual(["hi"]);
});

test("a fault can skip calls, name an error, and be limited to one workspace", async () => {
  const client = clientWith({ retryConfig: { retries: 0 } });
  const plan = double.faults.add({
    method: "*",
    fault: { kind: "error", error: "fatal_error" },
    after: 1,
    teamId: [...double.world.workspaces.keys()][0] ?? "",
  });
  await client.chat.postMessage({ channel, text: "one" });
  await expect(client.chat.postMessage({ channel, text: "two" })).rejects.toMatchObject({
    data: { error: "fatal_error" },
  });
  await client.chat.postMessage({ channel, text: "three" });
  expect(visible()).toEqual(["one", "three"]);
  expect(plan.left()).toBe(0);
});
