import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readBytes } from "../support/slack/read-body.ts";
import { startSlackDouble, type SlackDouble } from "../support/slack/slack-double.ts";
import type { Json, Workspace } from "../support/slack/world.ts";
import { missingFields, slackFixture } from "./same-fields.ts";

let double: SlackDouble;
let acme: Workspace;
let server: Server;
let received: { contentType: string; body: string }[];

beforeEach(async () => {
  double = await startSlackDouble({ retryDelaysMs: [] });
  acme = double.addWorkspace();
  received = [];
  server = createServer((request, response) => {
    void receive(request).finally(() => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  double.deliverTo(`http://127.0.0.1:${port}/`);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await double.close();
});

async function receive(request: IncomingMessage): Promise<void> {
  const bytes = await readBytes(request);
  const contentType = request.headers["content-type"] ?? "";
  received.push({ contentType, body: bytes.toString("utf8") });
}

/** A Web API call with a JSON body, as clients other than the SDK make it. */
async function call(method: string, args: Json): Promise<Json> {
  const response = await fetch(`${double.apiUrl}${method}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${acme.token}`,
      "content-type": "application/json; charset=utf-8",
    },
    body: JSON.stringify(args),
  });
  return (await response.json()) as Json;
}

function lastForm(): URLSearchParams {
  const last = received.at(-1);
  expect(last?.contentType).toBe("application/x-www-form-urlencoded");
  return new URLSearchParams(last?.body);
}

/** Fields that only one of the two has. */
function differences(sent: unknown, documented: unknown): string[] {
  return [...missingFields(sent, documented), ...missingFields(documented, sent)];
}

const button = {
  type: "button",
  action_id: "feedback_good",
  text: { type: "plain_text", text: "Good", emoji: true },
  value: "turn-1",
};
const blocks = [{ type: "actions", block_id: "feedback", elements: [button] }];

test("a slash command is a form with the documented fields", async () => {
  await double.command({ channel: "general", user: "ana", command: "/agent", text: "list" });
  const sent = Object.fromEntries(lastForm());
  expect(differences(sent, slackFixture("slash-command"))).toEqual([]);
});

test("a pressed button is a form whose payload has the documented fields", async () => {
  const { ts: thread_ts, channel } = double.say({ channel: "general", user: "ana", text: "hi" });
  const { ts } = await call("chat.postMessage", { channel, thread_ts, text: "hello", blocks });
  await double.settled();
  await double.press({ channel, ts: String(ts), user: "ana", actionId: "feedback_good" });
  const documented = slackFixture("block-actions");
  const sent = JSON.parse(lastForm().get("payload") ?? "") as Json;
  delete (documented["message"] as { bot_profile?: { icons?: Json } }).bot_profile?.icons?.[
    "image_36"
  ];
  expect(differences(sent, documented)).toEqual([]);
});

test("a submitted modal is a form whose payload has the documented fields", async () => {
  await double.command({ channel: "general", user: "ana", command: "/agent" });
  const trigger_id = lastForm().get("trigger_id") ?? "";
  const documented = slackFixture("view-submission");
  const { type, title, submit, close, blocks, callback_id } = documented["view"] as Json;
  const view = { type, title, submit, close, blocks, callback_id, private_metadata: "turn-1" };
  expect(await call("views.open", { trigger_id, view })).toMatchObject({ ok: true });
  const values = { reason: { text: { type: "plain_text_input", value: "because" } } };
  await double.submit({ user: "ana", values });
  const sent: unknown = JSON.parse(lastForm().get("payload") ?? "");
  expect(differences(sent, documented)).toEqual([]);
});

test("a message under a persona comes back as the documented bot_message", async () => {
  const { ts: thread_ts, channel } = double.say({ channel: "general", user: "ana", text: "hi" });
  const words = { type: "rich_text_section", elements: [{ type: "text", text: "hello" }] };
  await call("chat.postMessage", {
    channel,
    thread_ts,
    text: "hello",
    blocks: [{ type: "rich_text", block_id: "b1", elements: [words] }],
    username: "Sage",
    icon_emoji: ":owl:",
  });
  await double.settled();
  const documented = slackFixture("message-own-persona");
  const sent = JSON.parse(received.at(-1)?.body ?? "") as Json;
  expect(differences(sent["event"], documented["event"])).toEqual([]);
});

test("JSON bodies keep their types: a number where text belongs is refused", async () => {
  const { channel } = double.say({ channel: "general", user: "ana", text: "hi" });
  expect(await call("chat.postMessage", { channel, text: 42 })).toMatchObject({
    ok: false,
    error: "invalid_arguments",
    response_metadata: { messages: ["[ERROR] argument text must be a string"] },
  });
});
