import { AttachmentBuilder, Events } from "discord.js";
import { expect, test } from "vitest";
import { codeOf, connect, openGarden } from "./garden.ts";
import { untilPasses } from "../support/until.ts";

const CREATE = { method: "POST", path: "/channels/:channel/messages" };

test("the same enforced nonce posts once and returns the first message", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  const send = () =>
    textChannel(general).send({ content: "once", nonce: "delivery-1", enforceNonce: true });
  const [first, second] = [await send(), await send()];
  expect(second.id).toBe(first.id);
  await textChannel(general).send({ content: "once", nonce: "delivery-1" });
  expect(double.visibleMessages({ channel: general })).toHaveLength(2);
});

test("an enforced nonce is forgotten after a few minutes", async () => {
  let now = Date.now();
  const { double, general } = await openGarden({ now: () => now });
  const { textChannel } = await connect(double);
  const send = () => textChannel(general).send({ content: "x", nonce: "n", enforceNonce: true });
  await send();
  now += 181_000;
  await send();
  expect(double.visibleMessages({ channel: general })).toHaveLength(2);
});

test("a nonce whose message was deleted is not posted again", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  const send = () => textChannel(general).send({ content: "x", nonce: "n", enforceNonce: true });
  const sent = await send();
  double.remove({ channel: general, messages: [sent.id] });
  expect(await codeOf(send())).toBe(10_008);
});

test("the client re-sends after a lost response: twice visible without a nonce, once with it", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  double.faults.add({ ...CREATE, kind: "lostResponse", how: "reset" });
  await textChannel(general).send("doubled");
  double.faults.add({ ...CREATE, kind: "lostResponse", how: "reset" });
  await textChannel(general).send({ content: "single", nonce: "n", enforceNonce: true });
  const texts = double.visibleMessages({ channel: general }).map(({ content }) => content);
  expect(texts).toEqual(["doubled", "doubled", "single"]);
});

test("a response lost by an orderly close is an error although the message is there", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  double.faults.add({ ...CREATE, kind: "lostResponse", how: "close" });
  expect(await codeOf(textChannel(general).send("posted"))).toBe("UND_ERR_SOCKET");
  expect(double.visibleMessages({ channel: general })).toHaveLength(1);
});

test("answers 500 are retried three times and then given up", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  double.faults.add({ ...CREATE, kind: "status", status: 502, times: 3 });
  await textChannel(general).send("fourth time lucky");
  double.faults.add({ ...CREATE, kind: "status", status: 502, times: 4 });
  await expect(textChannel(general).send("never")).rejects.toMatchObject({ status: 502 });
  expect(double.visibleMessages({ channel: general })).toHaveLength(1);
});

for (const global of [false, true]) {
  test(`a ${global ? "global" : "bucket"} 429 is waited out and the message lands once`, async () => {
    const { double, general } = await openGarden();
    const { textChannel } = await connect(double);
    double.faults.add({ ...CREATE, kind: "rateLimit", retryAfterSeconds: 0.2, global });
    await textChannel(general).send("late");
    const posts = double.requests.filter(({ method }) => method === "POST");
    expect(posts.map(({ status }) => status)).toEqual([429, 200]);
    expect(double.visibleMessages({ channel: general })).toHaveLength(1);
  });
}

test("an exhausted bucket is announced in headers, and answered 429 to those who ignore them", async () => {
  const limits = { "POST /channels/:channel/messages": { limit: 2, windowMs: 500 } };
  const { double, general } = await openGarden({ limits });
  const { client, textChannel } = await connect(double);
  const waited: string[] = [];
  client.rest.on("rateLimited", ({ route }) => waited.push(route));
  for (const text of ["1", "2", "3"]) await textChannel(general).send(text);
  expect(waited).toEqual(["/channels/:id/messages"]);
  const post = async () =>
    await fetch(`${double.api}/v10/channels/${general}/messages`, {
      method: "POST",
      headers: { authorization: `Bot ${double.token}`, "content-type": "application/json" },
      body: JSON.stringify({ content: "rude" }),
    });
  await post();
  const refused = await post();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await refused.json()).toMatchObject({ global: false, retry_after: expect.any(Number) });
});

test("what breaks a documented limit is refused with 50035 and recorded", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  const channel = textChannel(general);
  const nonce = "n".repeat(26);
  expect(await codeOf(channel.send("x".repeat(2001)))).toBe(50_035);
  expect(await codeOf(channel.send({ content: "x", nonce, enforceNonce: true }))).toBe(50_035);
  expect(await codeOf(channel.send({ embeds: [{ title: "t".repeat(257) }] }))).toBe(50_035);
  expect(double.violations.map(({ error }) => error.errors)).toMatchObject([
    { content: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH" }] } },
    { nonce: { _errors: [{ message: "Must be 25 or fewer in length." }] } },
    { embeds: { 0: { title: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH" }] } } } },
  ]);
  expect(await codeOf(channel.send("   "))).toBe(50_006);
  await channel.send("x".repeat(2000));
  expect(double.visibleMessages({ channel: general })).toHaveLength(1);
});

test("white space around a message is cut off", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  await textChannel(general).send("\n  indented\n\n");
  expect(double.visibleMessages({ channel: general })).toMatchObject([{ content: "indented" }]);
});

test("missing rights, channels and messages have their own codes", async () => {
  const { double, guild, general, ana } = await openGarden();
  const { textChannel } = await connect(double);
  const channel = textChannel(general);
  const hers = double.say({ channel: general, user: ana, text: "mine" }).id;
  expect(await codeOf(channel.messages.edit(hers, "stolen"))).toBe(50_005);
  expect(await codeOf(channel.messages.fetch("1"))).toBe(10_008);
  double.setOverwrite({ channel: general, id: double.botId, deny: ["SEND_MESSAGES"] });
  expect(await codeOf(channel.send("x"))).toBe(50_013);
  double.setOverwrite({ channel: general, id: guild.id, deny: ["VIEW_CHANNEL"] });
  expect(await codeOf(channel.send("x"))).toBe(50_001);
  double.removeChannel({ channel: general });
  expect(await codeOf(channel.send("x"))).toBe(10_003);
});

test("nobody is pinged by a text whose mentions are not allowed", async () => {
  const { double, guild, general, ana } = await openGarden();
  double.setOverwrite({ channel: general, id: guild.botRoleId, allow: ["MENTION_EVERYONE"] });
  const { textChannel } = await connect(double);
  const content = `@everyone <@${ana}>`;
  await textChannel(general).send(content);
  await textChannel(general).send({ content, allowedMentions: { parse: [] } });
  await textChannel(general).send({ content: `\`${content}\`` });
  expect(double.visibleMessages({ channel: general })).toMatchObject([
    { pinged: [ana], pingedEveryone: true },
    { pinged: [], pingedEveryone: false },
    { pinged: [] },
  ]);
});

test("files are uploaded, kept through an edit, and served by the CDN address", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  const file = new AttachmentBuilder(Buffer.from("# long answer"), { name: "the answer.md" });
  const sent = await textChannel(general).send({ content: "see file", files: [file] });
  await sent.edit("see the file");
  const [message] = double.visibleMessages({ channel: general });
  expect(message).toMatchObject({ content: "see the file", edited: true });
  const url = message?.attachments[0]?.url ?? "";
  expect(url.startsWith(`${double.cdn}/attachments/${general}/`)).toBe(true);
  expect(await (await fetch(url)).text()).toBe("# long answer");
});

test("an edit that uploads a file replaces the files before, unless it lists them", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  const file = (name: string) => new AttachmentBuilder(Buffer.from(name), { name });
  const names = () =>
    double.visibleMessages({ channel: general })[0]?.attachments.map(({ filename }) => filename);
  const sent = await textChannel(general).send({ files: [file("a.txt")] });
  const edited = await sent.edit({ files: [file("b.txt")] });
  expect(names()).toEqual(["b.txt"]);
  await edited.edit({ attachments: [...edited.attachments.values()], files: [file("c.txt")] });
  expect(names()).toEqual(["b.txt", "c.txt"]);
});

test("people's attachments reach the client with an address that serves them", async () => {
  const { double, general, ana } = await openGarden();
  const { heard } = await connect(double);
  const attachments = [{ filename: "note.txt", contentType: "text/plain", text: "read me" }];
  double.say({ channel: general, user: ana, attachments });
  await untilPasses(() => expect(heard).toHaveLength(1));
  const [attachment] = heard[0]?.attachments.values() ?? [];
  expect(attachment).toMatchObject({ name: "note.txt", size: 7 });
  expect(await (await fetch(attachment?.url ?? "")).text()).toBe("read me");
});

test("a page after an id holds the next messages, newest first", async () => {
  const { double, general, ana } = await openGarden();
  const ids = ["0", "1", "2", "3", "4"].map(
    (text) => double.say({ channel: general, user: ana, text }).id,
  );
  const { textChannel } = await connect(double);
  const { messages } = textChannel(general);
  const texts = async (query: object) =>
    [...(await messages.fetch({ limit: 2, ...query })).values()].map(({ content }) => content);
  expect(await texts({ after: ids[0] })).toEqual(["2", "1"]);
  expect(await texts({ before: ids[4] })).toEqual(["3", "2"]);
  expect(await texts({})).toEqual(["4", "3"]);
});

test("edits, previews and deletions reach the client", async () => {
  const { double, general, ana } = await openGarden();
  const { client, texts } = await connect(double);
  const events: string[] = [];
  client.on(Events.MessageUpdate, (_, { content, editedAt }) => {
    events.push(editedAt ? `edit ${content}` : `preview ${content}`);
  });
  client.on(Events.MessageDelete, ({ content }) => events.push(`delete ${content}`));
  client.on(Events.MessageBulkDelete, ({ size }) => events.push(`bulk ${size}`));
  const [a, b, c] = ["a", "b", "c"].map(
    (text) => double.say({ channel: general, user: ana, text }).id,
  ) as [string, string, string];
  await untilPasses(() => expect(texts()).toHaveLength(3));
  double.unfurl({ channel: general, message: a, embed: { title: "a link" } });
  double.edit({ channel: general, message: a, text: "A" });
  double.remove({ channel: general, messages: [a] });
  double.remove({ channel: general, messages: [b, c] });
  await untilPasses(() => expect(events).toEqual(["preview a", "edit A", "delete A", "bulk 2"]));
});
