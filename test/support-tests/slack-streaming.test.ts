import { webApi } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSlackDouble, type SlackDouble } from "../support/slack/slack-double.ts";
import { silent } from "./bolt-app.ts";
import type { Workspace } from "../support/slack/world.ts";

let double: SlackDouble;
let acme: Workspace;
let client: webApi.WebClient;
let question: { ts: string; channel: string };
let recipient: { recipient_team_id: string; recipient_user_id: string };

beforeEach(async () => {
  double = await startSlackDouble();
  acme = double.addWorkspace();
  client = new webApi.WebClient(acme.token, {
    slackApiUrl: double.apiUrl,
    retryConfig: { retries: 0 },
    logger: silent,
  });
  question = double.say({ channel: "general", user: "ana", text: "hi" });
  const ana = [...acme.people.values()].find(({ name }) => name === "ana");
  recipient = { recipient_team_id: acme.teamId, recipient_user_id: ana?.id ?? "" };
});

afterEach(() => double.close());

const thread = () => ({ channel: question.channel, thread_ts: question.ts });
const reply = () => double.appMessages(question.channel, question.ts)[0];

test("a streamed answer grows in view, and is one whole message in the end", async () => {
  await client.assistant.threads.setStatus({
    channel_id: question.channel,
    thread_ts: question.ts,
    status: "is thinking …",
  });
  expect(double.status(question.channel, question.ts)).toBe("is thinking …");
  const stream = client.chatStream({ ...thread(), ...recipient, buffer_size: 10 });
  await stream.append({ markdown_text: "Hello there, " });
  expect(reply()).toMatchObject({ text: "Hello there, ", streaming: true });
  await stream.append({ markdown_text: "this is a longer piece " });
  await stream.append({ markdown_text: "of text" });
  const text = { type: "mrkdwn", text: "Was it good?" } as const;
  const metadata = { event_type: "troupe_reply", event_payload: { delivery: "d1" } };
  await stream.stop({ blocks: [{ type: "section", text }], metadata });
  expect(double.appMessages(question.channel, question.ts)).toMatchObject([
    {
      text: "Hello there, this is a longer piece of text\nWas it good?",
      streaming: false,
      metadata,
    },
  ]);
  expect(double.status(question.channel, question.ts)).toBeUndefined();
  expect(double.violations).toEqual([]);
});

test("the SDK holds text back until 256 characters have gathered", async () => {
  const stream = client.chatStream({ ...thread(), ...recipient });
  await stream.append({ markdown_text: "x".repeat(255) });
  expect(double.callsOf("chat.startStream")).toEqual([]);
  await stream.append({ markdown_text: "x" });
  expect(reply()?.text).toHaveLength(256);
});

test("an append whose answer is lost leaves its text in the SDK's buffer, so the next one says it twice", async () => {
  const stream = client.chatStream({ ...thread(), ...recipient, buffer_size: 1 });
  await stream.append({ markdown_text: "one " });
  double.faults.add({ method: "chat.appendStream", fault: { kind: "lose-response" } });
  await expect(stream.append({ markdown_text: "two " })).rejects.toThrow(
    "A request error occurred",
  );
  await stream.append({ markdown_text: "three" });
  expect(reply()?.text).toBe("one two two three");
});

test.each([
  ["recipient_user_id", "missing_recipient_user_id"],
  ["recipient_team_id", "missing_recipient_team_id"],
] as const)("in a channel a stream without %s is refused", async (missing, error) => {
  const { [missing]: _left, ...rest } = recipient;
  await expect(client.chat.startStream({ ...thread(), ...rest })).rejects.toMatchObject({
    data: { error },
  });
});

test("in a direct conversation a stream needs no recipient", async () => {
  const asked = double.say({ channel: "dm", user: "ana", text: "hi" });
  const stream = client.chatStream({ channel: asked.channel, thread_ts: asked.ts });
  await stream.stop({ markdown_text: "hello" });
  expect(double.appMessages(asked.channel, asked.ts)).toMatchObject([{ text: "hello" }]);
});

test("while it streams a message cannot be edited, afterwards it cannot be appended to", async () => {
  const { ts = "" } = await client.chat.startStream({ ...thread(), ...recipient });
  const at = { channel: question.channel, ts };
  await expect(client.chat.update({ ...at, text: "no" })).rejects.toMatchObject({
    data: { error: "streaming_state_conflict" },
  });
  await client.chat.stopStream({ ...at, markdown_text: "done" });
  const late = client.chat.appendStream({ ...at, markdown_text: "late" });
  await expect(late).rejects.toMatchObject({ data: { error: "message_not_in_streaming_state" } });
  await client.chat.update({ ...at, text: "edited" });
  expect(reply()?.text).toBe("edited");
});

test("while it streams a message cannot be deleted, and what is edited afterwards is all that shows", async () => {
  const started = await client.chat.startStream({
    ...thread(),
    ...recipient,
    markdown_text: "half",
  });
  const at = { channel: question.channel, ts: started.ts ?? "" };
  await expect(client.chat.delete(at)).rejects.toMatchObject({
    data: { error: "cant_delete_message" },
  });
  await client.chat.stopStream(at);
  const text = { type: "mrkdwn", text: "whole" } as const;
  await client.chat.update({ ...at, text: "whole", blocks: [{ type: "section", text }] });
  expect(reply()?.text).toBe("whole");
  await client.chat.delete(at);
  expect(reply()).toBeUndefined();
});

test("a stream that lasts too long is ended, and can be edited then", async () => {
  const started = await client.chat.startStream({ ...thread(), ...recipient });
  const at = { channel: question.channel, ts: started.ts ?? "" };
  double.world.streamLifeMs = 0;
  for (const late of [
    client.chat.appendStream({ ...at, markdown_text: "late" }),
    client.chat.stopStream(at),
  ]) {
    await expect(late).rejects.toMatchObject({ data: { error: "message_not_in_streaming_state" } });
  }
  await client.chat.update({ ...at, text: "whole" });
  expect(reply()?.text).toBe("whole");
});

test.each(["chat.startStream", "chat.appendStream", "chat.stopStream"])(
  "%s takes no more than 12,000 characters at once",
  async (method) => {
    const { ts } = await client.chat.startStream({ ...thread(), ...recipient });
    const place = method === "chat.startStream" ? { ...thread(), ...recipient } : { ts };
    const args = { channel: question.channel, ...place, markdown_text: "x".repeat(12_001) };
    await expect(client.apiCall(method, args)).rejects.toMatchObject({
      data: { error: "msg_blocks_too_long" },
    });
    expect(double.violations).toHaveLength(1);
  },
);

test("a stream outside of a thread is refused", async () => {
  const call = client.apiCall("chat.startStream", { channel: question.channel, ...recipient });
  await expect(call).rejects.toMatchObject({ data: { error: "invalid_arguments" } });
});

test.each([
  ["a chunk of no known type", [{ type: "song", text: "la" }], "invalid_chunks"],
  [
    "a task with an unknown status",
    [{ type: "task_update", id: "1", title: "Look", status: "busy" }],
    "invalid_chunks",
  ],
])("%s is refused", async (_what, chunks, error) => {
  const call = client.apiCall("chat.startStream", { ...thread(), ...recipient, chunks });
  await expect(call).rejects.toMatchObject({ data: { error } });
  expect(double.violations).toHaveLength(1);
});
