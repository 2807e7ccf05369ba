import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { webApi } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createControlClient, type SlackControl } from "../support/slack/control-client.ts";
import { silent } from "./bolt-app.ts";

type Ready = { apiUrl: string; controlUrl: string; token: string };

let child: ChildProcess;
let ready: Ready;
let control: SlackControl;

beforeEach(async () => {
  const script = new URL("../support/slack/serve.ts", import.meta.url).pathname;
  const spawned = spawn(process.execPath, [script, "--people", "ana", "--channels", "lobby"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = spawned;
  const [line] = (await once(createInterface(spawned.stdout), "line")) as [string];
  ready = JSON.parse(line) as Ready;
  control = createControlClient(ready.controlUrl);
});

afterEach(async () => {
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
});

test("a double in its own process is driven over its control address and ends with SIGTERM", async () => {
  const { apiUrl: slackApiUrl, token } = ready;
  const client = new webApi.WebClient(token, {
    slackApiUrl,
    logger: silent,
    retryConfig: { retries: 0 },
  });
  const { ts, channel } = await control.say({ channel: "lobby", user: "ana", text: "hi" });
  await control.fault({ method: "chat.postMessage", fault: { kind: "lose-response" } });
  const post = client.chat.postMessage({ channel, thread_ts: ts, text: "hello" });
  await expect(post).rejects.toThrow("A request error occurred");
  expect(await control.visible({ channel, thread: ts })).toMatchObject([
    { text: "hi", author: { kind: "person", name: "ana" } },
    { text: "hello", author: { kind: "app" } },
  ]);
  expect(await control.counts()).toMatchObject({ calls: { "chat.postMessage": 1 }, violations: 0 });
  await expect(control.visible({ channel: "nowhere" })).rejects.toThrow("no channel nowhere");
});
