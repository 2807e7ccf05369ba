import { Client, Events, GatewayDispatchEvents, GatewayIntentBits, Options } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import { clientOptions, codeOf, connect, openGarden } from "./garden.ts";
import { untilPasses } from "../support/until.ts";

test("an echo bot answers a mention in a channel and a message in a direct channel", async () => {
  const { double, general, ana } = await openGarden();
  const { client } = await connect(double);
  client.on(Events.MessageCreate, (message) => {
    const meant = message.guildId === null || message.mentions.has(double.botId);
    if (!message.author.bot && meant) void message.reply(`echo ${message.content}`);
  });
  const dm = double.openDm({ user: ana }).id;
  double.say({ channel: general, user: ana, text: "not for the bot" });
  const asked = double.say({ channel: general, user: ana, mentions: [double.botId], text: "hi" });
  double.say({ channel: dm, user: ana, text: "psst" });
  await untilPasses(() => {
    expect(double.visibleMessages({ channel: general })).toHaveLength(3);
    expect(double.visibleMessages({ channel: dm })).toHaveLength(2);
  });
  const [, , answer] = double.visibleMessages({ channel: general });
  expect(answer).toMatchObject({ author: "troupe", replyTo: asked.id, edited: false });
  expect(double.violations).toEqual([]);
});

test("direct messages go unheard without the channel partial", async () => {
  const { double, general, ana } = await openGarden();
  const { texts } = await connect(double, { partials: [] });
  double.say({ channel: double.openDm({ user: ana }).id, user: ana, text: "psst" });
  double.say({ channel: general, user: ana, text: "aloud" });
  await untilPasses(() => expect(texts()).toEqual(["aloud"]));
});

test("without the message content intent only messages to the bot have a text", async () => {
  const { double, general, ana } = await openGarden({ grantedIntents: 0 });
  const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages];
  const { texts } = await connect(double, { intents });
  double.say({ channel: general, user: ana, text: "secret" });
  double.say({ channel: general, user: ana, text: `<@${double.botId}> open` });
  await untilPasses(() => expect(texts()).toEqual(["", `<@${double.botId}> open`]));
});

test("a channel that the bot may not view is not heard", async () => {
  const { double, guild, general, ana } = await openGarden();
  const secret = double.addChannel({ guild: guild.id, name: "secret" }).id;
  double.setOverwrite({ channel: secret, id: guild.botRoleId, deny: ["VIEW_CHANNEL"] });
  const { texts } = await connect(double);
  double.say({ channel: secret, user: ana, text: "between us" });
  double.say({ channel: general, user: ana, text: "aloud" });
  await untilPasses(() => expect(texts()).toEqual(["aloud"]));
});

test("asking for an intent that was not granted, or with a wrong token, ends the login", async () => {
  const { double } = await openGarden({ grantedIntents: 0 });
  const client = new Client(clientOptions(double));
  onTestFinished(() => client.destroy());
  await expect(client.login(double.token)).rejects.toThrow("Used disallowed intents");
  const other = new Client(clientOptions(double));
  onTestFinished(() => other.destroy());
  expect(await codeOf(other.login("wrong"))).toBe("TokenInvalid");
});

for (const [name, disturb] of [
  ["the gateway closes the socket", "drop"],
  ["the connection is cut without a close frame", "cut"],
  ["the gateway asks to reconnect", "requestReconnect"],
] as const) {
  test(`what was said while ${name} arrives once, in order, after RESUME`, async () => {
    const { double, general, ana } = await openGarden();
    const { client, texts } = await connect(double);
    double.say({ channel: general, user: ana, text: "before" });
    const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));
    double.gateway[disturb]();
    for (const text of ["one", "two", "three"]) double.say({ channel: general, user: ana, text });
    await resumed;
    double.say({ channel: general, user: ana, text: "after" });
    await untilPasses(() => expect(texts()).toEqual(["before", "one", "two", "three", "after"]));
    expect(double.gateway.identifies()).toBe(1);
    expect(double.gateway.sessions()[0]).toMatchObject({ resumes: 1, path: "/gateway-resume" });
  });
}

test("after INVALID_SESSION a new session begins and the gap is found by listing after an id", async () => {
  const { double, general, ana } = await openGarden();
  const { client, texts, textChannel } = await connect(double);
  const last = double.say({ channel: general, user: ana, text: "seen" });
  await untilPasses(() => expect(texts()).toEqual(["seen"]));
  const ready = new Promise((resolve) => client.once(Events.ShardReady, resolve));
  double.gateway.forgetSessions();
  double.gateway.drop();
  for (const text of ["gap 1", "gap 2"]) double.say({ channel: general, user: ana, text });
  await ready;
  expect(double.gateway.identifies()).toBe(2);
  expect(texts()).toEqual(["seen"]);
  const missed = await textChannel(general).messages.fetch({ after: last.id, limit: 100 });
  expect([...missed.values()].map(({ content }) => content)).toEqual(["gap 2", "gap 1"]);
});

test("a connection whose heartbeats go unanswered is given up and resumed", async () => {
  const { double, general, ana } = await openGarden({ heartbeatMs: 50 });
  const { client, texts } = await connect(double);
  const reconnecting = new Promise((resolve) => client.once(Events.ShardReconnecting, resolve));
  double.gateway.setAcks({ on: false });
  await reconnecting;
  double.gateway.setAcks({ on: true });
  double.say({ channel: general, user: ana, text: "still there?" });
  await untilPasses(() => expect(texts()).toEqual(["still there?"]));
  expect(double.gateway.identifies()).toBe(1);
});

test("two processes with one token both hear every message", async () => {
  const { double, general, ana } = await openGarden();
  const [first, second] = [await connect(double), await connect(double)];
  double.say({ channel: general, user: ana, text: "hello" });
  await untilPasses(() => expect([first.texts(), second.texts()]).toEqual([["hello"], ["hello"]]));
});

test("a guild's events go to its shard alone, direct messages to the first", async () => {
  const { double, ana } = await openGarden();
  const guild = double.addGuild({ name: "Second", channels: ["room"] });
  double.addMember({ guild: guild.id, user: ana });
  const { client } = await connect(double, { shardCount: 2, shards: [0, 1] });
  const heard: [shard: number, text: string][] = [];
  client.ws.on(GatewayDispatchEvents.MessageCreate, ({ content }, shard) => {
    heard.push([shard, content]);
  });
  const shard = Number((BigInt(guild.id) >> 22n) % 2n);
  double.say({ channel: guild.channels["room"] ?? "", user: ana, text: "guild" });
  double.say({ channel: double.openDm({ user: ana }).id, user: ana, text: "direct" });
  await untilPasses(() =>
    expect(heard).toEqual([
      [shard, "guild"],
      [0, "direct"],
    ]),
  );
});

test("a redelivered message is dropped by the client's cache, and heard twice without it", async () => {
  const { double, general, ana } = await openGarden();
  const cached = await connect(double);
  const bare = await connect(double, {
    makeCache: Options.cacheWithLimits({ MessageManager: 0 }),
  });
  const said = double.say({ channel: general, user: ana, text: "again" });
  double.redeliver({ channel: general, message: said.id });
  double.say({ channel: general, user: ana, text: "end" });
  await untilPasses(() => expect(bare.texts()).toEqual(["again", "again", "end"]));
  await untilPasses(() => expect(cached.texts()).toEqual(["again", "end"]));
});

test("a revoked token disconnects for good and answers 401", async () => {
  const { double, general } = await openGarden();
  const { client, textChannel } = await connect(double);
  const gone = new Promise<number>((resolve) => {
    client.once(Events.ShardDisconnect, ({ code }) => resolve(code));
  });
  double.revokeToken();
  expect(await gone).toBe(4004);
  expect(await codeOf(textChannel(general).send("anyone?"))).toBe(0);
  expect(double.requests.at(-1)).toMatchObject({ status: 401 });
});

test("being thrown out and invited again reaches the client, and its channels are closed to it meanwhile", async () => {
  const { double, guild, general } = await openGarden();
  const { client, textChannel } = await connect(double);
  const channel = textChannel(general);
  const left = new Promise((resolve) => client.once(Events.GuildDelete, resolve));
  double.kickBot({ guild: guild.id });
  await left;
  expect(await codeOf(channel.send("still here?"))).toBe(50_001);
  const joined = new Promise((resolve) => client.once(Events.GuildCreate, resolve));
  double.inviteBot({ guild: guild.id });
  await joined;
  await textChannel(general).send("back");
  expect(double.visibleMessages({ channel: general })).toMatchObject([{ content: "back" }]);
});
