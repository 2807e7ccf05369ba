import { webApi } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSlackDouble, type SlackDouble } from "../support/slack/slack-double.ts";
import { silent } from "./bolt-app.ts";
import type { Channel, Workspace } from "../support/slack/world.ts";

let double: SlackDouble;
let acme: Workspace;
let general: Channel;
let client: webApi.WebClient;

beforeEach(async () => {
  double = await startSlackDouble();
  acme = double.addWorkspace({ name: "Acme" });
  general = channelNamed(acme, "general");
  client = clientFor(acme.token);
});

afterEach(() => double.close());

function clientFor(token: string): webApi.WebClient {
  return new webApi.WebClient(token, {
    slackApiUrl: double.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });
}

function channelNamed({ channels }: Workspace, name: string): Channel {
  const found = [...channels.values()].find((channel) => channel.name === name);
  if (found === undefined) throw new Error(`no channel ${name}`);
  return found;
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "ok",
    (error: { data?: { error: string } }) => error.data?.error,
  );
}

test("auth.test names the workspace and the bot, and shows the token's scopes", async () => {
  const answer = await client.auth.test();
  expect(answer).toMatchObject({ team_id: acme.teamId, user_id: acme.bot.userId });
  expect(answer.response_metadata?.scopes).toContain("chat:write");
});

test.each([
  ["chat.postMessage", { text: "hi" }, "missing required field: channel"],
  [
    "chat.postMessage",
    { channel: "C1", text: "hi", colour: "red" },
    "unsupported argument: colour",
  ],
  ["chat.update", { channel: "C1", text: "hi" }, "missing required field: ts"],
  ["conversations.replies", { channel: "C1", ts: "1.1", limit: "many" }, "must be an integer"],
  ["chat.postMessage", { channel: "C1", text: "hi", mrkdwn: "perhaps" }, "must be a boolean"],
])("%s with %j is refused and noted: %s", async (method, args, problem) => {
  expect(await errorOf(client.apiCall(method, args))).toBe("invalid_arguments");
  expect(double.violations).toMatchObject([{ method, problem: expect.stringContaining(problem) }]);
});

test.each([
  ["no text", {}, "no_text"],
  ["both kinds of text", { text: "a", markdown_text: "b" }, "markdown_text_conflict"],
  ["too much markdown", { markdown_text: "x".repeat(12_001) }, "msg_blocks_too_long"],
  ["too many blocks", { blocks: times(51, { type: "divider" }) }, "invalid_blocks"],
  ["an unknown block", { blocks: [{ type: "marquee" }] }, "invalid_blocks"],
  ["a long section", { blocks: [section("x".repeat(3001))] }, "invalid_blocks"],
  ["very much text", { blocks: times(5, section("x".repeat(2900))) }, "msg_blocks_too_long"],
  ["odd metadata", { text: "a", metadata: { kind: "x" } }, "invalid_metadata_format"],
  ["bare metadata", { text: "a", metadata: { event_type: "x" } }, "invalid_metadata_schema"],
])("a post with %s is refused", async (_what, args, error) => {
  const post = client.apiCall("chat.postMessage", { channel: general.id, ...args });
  expect(await errorOf(post)).toBe(error);
  expect(double.visibleMessages("general")).toEqual([]);
});

function times<T>(count: number, block: T): T[] {
  return Array.from({ length: count }, () => block);
}

function section(text: string) {
  return { type: "section", text: { type: "mrkdwn", text } };
}

test("text over 40,000 characters is cut without an error, which is noted", async () => {
  await client.chat.postMessage({ channel: general.id, text: "x".repeat(40_001) });
  expect(double.visibleMessages("general")[0]?.text).toHaveLength(40_000);
  expect(double.violations).toHaveLength(1);
});

test("an edit takes at most 4,000 characters, keeps blocks that are not given, and shows", async () => {
  const blocks = [section("old words")];
  const { ts = "" } = await client.chat.postMessage({ channel: general.id, text: "old", blocks });
  const edit = { channel: general.id, ts };
  expect(await errorOf(client.chat.update({ ...edit, text: "x".repeat(4001) }))).toBe(
    "msg_too_long",
  );
  await client.chat.update({ ...edit, text: "new" });
  expect(double.visibleMessages("general")[0]).toMatchObject({ text: "old words", edited: true });
  await client.chat.update({ ...edit, text: "new", blocks: [] });
  expect(double.visibleMessages("general")[0]?.text).toBe("new");
});

test("a thread's replies can be searched for one's own metadata, only where that is asked for", async () => {
  const { ts } = double.say({ channel: "general", user: "ana", text: "hi" });
  const metadata = { event_type: "troupe_reply", event_payload: { delivery: "d1" } };
  const thread = { channel: general.id, thread_ts: ts };
  await client.chat.postMessage({ ...thread, text: "hello", metadata });
  const found = await client.conversations.replies({
    channel: general.id,
    ts,
    include_all_metadata: true,
  });
  expect(found.messages?.map((message) => message.metadata?.event_payload)).toEqual([
    undefined,
    { delivery: "d1" },
  ]);
  const bare = await client.conversations.replies({ channel: general.id, ts });
  expect(bare.messages?.map((message) => message.metadata)).toEqual([undefined, undefined]);
});

test("a persona's name shows with the customize scope, and is left out silently without it", async () => {
  const look = { channel: general.id, text: "hi", username: "Sage", icon_emoji: ":owl:" };
  await client.chat.postMessage(look);
  double.world.tokens.get(acme.token)?.scopes.delete("chat:write.customize");
  await client.chat.postMessage(look);
  expect(double.appMessages("general").map(({ author }) => author)).toEqual([
    { kind: "app", name: "Sage", icon: ":owl:" },
    { kind: "app", name: "troupe" },
  ]);
});

test.each([
  ["not_in_channel", () => double.leave({ channel: "general" })],
  ["is_archived", () => double.archive({ channel: "general" })],
  ["token_revoked", () => double.setTokenState(acme, "token_revoked")],
  ["account_inactive", () => double.uninstall(acme)],
])("a post is refused with %s", async (error, happens) => {
  happens();
  expect(await errorOf(client.chat.postMessage({ channel: general.id, text: "hi" }))).toBe(error);
});

test("an unknown token, a missing scope, another workspace's channel and an unknown method are told apart", async () => {
  const globex = double.addWorkspace({ name: "Globex", scopes: ["chat:write"] });
  const other = clientFor(globex.token);
  const post = { channel: general.id, text: "hi" };
  expect(await errorOf(clientFor("xoxb-nobody").auth.test())).toBe("invalid_auth");
  expect(await errorOf(other.chat.postMessage(post))).toBe("channel_not_found");
  expect(await errorOf(client.apiCall("chat.shout"))).toBe("unknown_method");
  const lacking = await other.users
    .info({ user: "U1" })
    .catch((error: { data: object }) => error.data);
  expect(lacking).toMatchObject({
    error: "missing_scope",
    needed: "users:read",
    provided: "chat:write",
  });
});

test("a workspace of 10,000 channels is listed in pages, and each page is a call that shows in the log", async () => {
  double.addManyChannels(acme, 10_000);
  let count = 0;
  for await (const page of client.paginate("conversations.list", { limit: 1000 })) {
    count += (page as webApi.ConversationsListResponse).channels?.length ?? 0;
  }
  expect(count).toBe(10_001);
  expect(double.callsOf("conversations.list")).toHaveLength(11);
});

test("a file is uploaded in three steps, shown in the thread, and downloaded with the token only", async () => {
  const { ts } = double.say({ channel: "general", user: "ana", text: "hi" });
  const content = "long answer, with ümläuts\n";
  await client.filesUploadV2({
    channel_id: general.id,
    thread_ts: ts,
    filename: "answer.txt",
    file: Buffer.from(content),
    initial_comment: "The whole answer",
  });
  const [, reply] = double.visibleMessages("general", ts);
  expect(reply).toMatchObject({ text: "The whole answer", files: [{ name: "answer.txt" }] });
  const { file } = await client.files.info({ file: reply?.files[0]?.id ?? "" });
  const url = file?.url_private_download ?? "";
  const headers = { authorization: `Bearer ${acme.token}` };
  expect(await (await fetch(url, { headers })).text()).toBe(content);
  expect((await fetch(url)).headers.get("content-type")).toContain("text/html");
  expect(double.violations).toEqual([]);
});
