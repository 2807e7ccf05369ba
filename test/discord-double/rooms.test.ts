import { Events, Routes } from "discord.js";
import { expect, test } from "vitest";
import { codeOf, connect, openGarden } from "./garden.ts";
import { untilPasses } from "../support/until.ts";

test("a webhook speaks under another name, also in a thread, and edits what it said", async () => {
  const { double, general, ana } = await openGarden();
  const { client, textChannel } = await connect(double);
  const webhook = await textChannel(general).createWebhook({ name: "Troupe agents" });
  const said = double.say({ channel: general, user: ana, text: "sage?" });
  const thread = double.startThread({ channel: general, user: ana, name: "t", message: said.id });
  const sent = await webhook.send({
    content: "I am here",
    username: "Sage 🌿",
    avatarURL: "https://example.test/sage.png",
    threadId: thread.id,
  });
  await webhook.editMessage(sent.id, { content: "I am here.", threadId: thread.id });
  expect(double.visibleMessages({ channel: thread.id }).at(-1)).toMatchObject({
    author: "Sage 🌿",
    viaWebhook: true,
    content: "I am here.",
    edited: true,
  });
  expect(await codeOf(textChannel(general).createWebhook({ name: "Discord helper" }))).toBe(50_035);
  expect(client.user?.id).not.toBe(sent.author.id);
  expect((await textChannel(general).fetchWebhooks()).size).toBe(1);
});

test("a nonce on a webhook does nothing and is recorded as a mistake", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  const webhook = await textChannel(general).createWebhook({ name: "agents" });
  const body = { content: "once?", nonce: "n", enforceNonce: true };
  await webhook.send(body);
  await webhook.send(body);
  expect(double.visibleMessages({ channel: general })).toHaveLength(2);
  expect(double.violations).toMatchObject([{ error: { code: 0 } }, { error: { code: 0 } }]);
});

test("webhooks need a right, a valid token and a thread of their channel", async () => {
  const { double, guild, general, ana } = await openGarden();
  const { client, textChannel } = await connect(double);
  const webhook = await textChannel(general).createWebhook({ name: "agents" });
  const other = double.addChannel({ guild: guild.id, name: "other" }).id;
  const threadId = double.startThread({ channel: other, user: ana, name: "elsewhere" }).id;
  expect(await codeOf(webhook.send({ content: "x", threadId }))).toBe(10_003);
  expect(await codeOf(client.fetchWebhook(webhook.id, "wrong"))).toBe(50_027);
  double.setOverwrite({ channel: general, id: double.botId, deny: ["MANAGE_WEBHOOKS"] });
  expect(await codeOf(textChannel(general).createWebhook({ name: "more" }))).toBe(50_013);
});

test("a thread starts from a message once, carries its id, and is a room of its own", async () => {
  const { double, general, ana } = await openGarden();
  const { client, heard } = await connect(double);
  const created = new Promise((resolve) => client.once(Events.ThreadCreate, resolve));
  const said = double.say({ channel: general, user: ana, text: "let us talk" });
  await untilPasses(() => expect(heard).toHaveLength(1));
  const thread = await heard[0]?.startThread({ name: "talk" });
  await created;
  await thread?.send("inside");
  expect(thread?.id).toBe(said.id);
  const lines = double.visibleMessages({ channel: said.id });
  expect(lines).toMatchObject([{ system: true }, { content: "inside", system: false }]);
  const again = client.rest.post(Routes.threads(general, said.id), { body: { name: "again" } });
  expect(await codeOf(again)).toBe(160_004);
});

test("a thread without a message leaves a line of Discord's own in its parent", async () => {
  const { double, general, ana } = await openGarden();
  const { heard } = await connect(double);
  const { id } = double.startThread({ channel: general, user: ana, name: "plans" });
  double.say({ channel: id, user: ana, text: "in it" });
  await untilPasses(() => expect(heard).toHaveLength(2));
  expect(heard.map(({ type, system, channelId }) => [type, system, channelId])).toEqual([
    [18, true, general],
    [0, false, id],
  ]);
});

test("speaking wakes an archived thread but not a locked one", async () => {
  const { double, general, ana } = await openGarden();
  const thread = double.startThread({ channel: general, user: ana, name: "old" }).id;
  const { client } = await connect(double);
  const channel = await client.channels.fetch(thread);
  if (!channel?.isSendable()) throw new Error("the thread cannot be written to");
  double.archiveThread({ thread });
  await channel.send("awake");
  double.archiveThread({ thread, locked: true });
  expect(await codeOf(channel.send("asleep"))).toBe(50_083);
  const gone = new Promise((resolve) => client.once(Events.ThreadDelete, resolve));
  double.removeChannel({ channel: thread });
  await gone;
});

test("reactions are heard both ways and shown on the message", async () => {
  const { double, general, ana } = await openGarden();
  const { client, heard } = await connect(double);
  const seen: string[] = [];
  client.on(Events.MessageReactionAdd, ({ emoji }, user) => {
    if (user.id === ana) seen.push(`+${emoji.name}`);
  });
  client.on(Events.MessageReactionRemove, ({ emoji }) => seen.push(`-${emoji.name}`));
  const message = double.say({ channel: general, user: ana, text: "good?" }).id;
  await untilPasses(() => expect(heard).toHaveLength(1));
  await heard[0]?.react("👀");
  const thumb = { channel: general, message, user: ana, emoji: "👍" };
  double.react(thumb);
  expect(double.visibleMessages({ channel: general })[0]?.reactions).toEqual({
    "👀": [double.botId],
    "👍": [ana],
  });
  double.unreact(thumb);
  await untilPasses(() => expect(seen).toEqual(["+👍", "-👍"]));
  expect(await codeOf(heard[0]?.react("thumbsup") ?? Promise.resolve())).toBe(10_014);
});

test("typing shows until the message comes", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  await textChannel(general).sendTyping();
  expect(double.typingIn({ channel: general })).toEqual([double.botId]);
  await textChannel(general).send("done");
  expect(double.typingIn({ channel: general })).toEqual([]);
});

test("typing fades after ten seconds", async () => {
  let now = Date.now();
  const { double, general } = await openGarden({ now: () => now });
  const { textChannel } = await connect(double);
  await textChannel(general).sendTyping();
  now += 10_000;
  expect(double.typingIn({ channel: general })).toEqual([]);
});

test("names in any script, nicknames, replies and role mentions come through whole", async () => {
  const { double, guild, general } = await openGarden();
  const noor = double.addUser({ name: "noor", globalName: "نور ✨" }).id;
  double.addMember({ guild: guild.id, user: noor, nick: "נור 🌙" });
  const { heard } = await connect(double);
  const first = double.say({ channel: general, user: noor, text: "مرحبا" }).id;
  const text = `<@&${guild.botRoleId}>`;
  double.say({ channel: general, user: noor, text, replyTo: first });
  await untilPasses(() => expect(heard).toHaveLength(2));
  const [hello, reply] = heard;
  expect(hello?.member?.displayName).toBe("נור 🌙");
  expect(hello?.author.displayName).toBe("نور ✨");
  expect(reply?.reference?.messageId).toBe(first);
  expect(reply?.mentions.roles.has(guild.botRoleId)).toBe(true);
  expect(reply?.mentions.users.has(double.botId)).toBe(false);
  expect(double.visibleMessages({ channel: general })[0]?.author).toBe("נור 🌙");
});

test("a direct message is opened by the bot, and refused by who closed theirs", async () => {
  const { double, ana } = await openGarden();
  const { client } = await connect(double);
  const user = await client.users.fetch(ana);
  await user.send("hello");
  const dm = double.openDm({ user: ana }).id;
  expect(double.visibleMessages({ channel: dm })).toMatchObject([{ content: "hello" }]);
  double.closeDms({ user: ana });
  expect(await codeOf(user.send("hello?"))).toBe(50_007);
});
