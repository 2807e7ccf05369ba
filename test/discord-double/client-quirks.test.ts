import { Client, Events, GatewayDispatchEvents, MessageFlags, Partials } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import { clientOptions, codeOf, connect, openGarden } from "./garden.ts";
import { untilPasses } from "../support/until.ts";

// Facts about discord.js that the adapter is built around; an upgrade that changes one shows here.

test("messages that came before the client was ready are told after later ones; ws keeps the order", async () => {
  const { double, general, ana } = await openGarden();
  const dark = double.addGuild({ name: "In an outage" });
  double.setGuildAvailable({ guild: dark.id, available: false });
  const client = new Client(clientOptions(double, { waitGuildTimeout: 2000 }));
  onTestFinished(() => client.destroy());
  const say = (text: string) => double.say({ channel: general, user: ana, text });
  const [told, sent]: [string[], string[]] = [[], []];
  client.on(Events.MessageCreate, ({ content }) => told.push(content));
  client.ws.on(GatewayDispatchEvents.MessageCreate, ({ content }) => sent.push(content));
  client.once(Events.ClientReady, () => ["4", "5"].map(say));
  await client.login(double.token);
  ["1", "2", "3"].map(say);
  await untilPasses(() => expect(told).toHaveLength(5));
  expect(sent).toEqual(["1", "2", "3", "4", "5"]);
  expect(told).toEqual(["4", "5", "1", "2", "3"]);
});

test("reactions in a direct channel unknown since the start are heard through ws alone", async () => {
  const { double, general, ana } = await openGarden();
  const channel = double.openDm({ user: ana }).id;
  const message = double.say({ channel, user: ana, text: "rate me" }).id;
  const partials = [Partials.Channel, Partials.Message, Partials.Reaction, Partials.User];
  const { client, texts } = await connect(double, { partials });
  const [told, sent]: [unknown[], unknown[]] = [[], []];
  client.on(Events.MessageReactionAdd, ({ emoji }) => told.push(emoji.name));
  client.ws.on(GatewayDispatchEvents.MessageReactionAdd, ({ emoji }) => sent.push(emoji.name));
  double.react({ channel, message, user: ana, emoji: "👍" });
  double.say({ channel: general, user: ana, text: "end" });
  await untilPasses(() => expect(texts()).toEqual(["end"]));
  expect(sent).toEqual(["👍"]);
  expect(told).toEqual([]);
});

test("changes of messages from before the start need the message partial; ws needs none", async () => {
  const { double, general, ana } = await openGarden();
  const message = double.say({ channel: general, user: ana, text: "old" }).id;
  const { client, texts } = await connect(double);
  const [told, sent]: [unknown[], unknown[]] = [[], []];
  client.on(Events.MessageUpdate, () => told.push("update"));
  client.on(Events.MessageDelete, () => told.push("delete"));
  client.ws.on(GatewayDispatchEvents.MessageUpdate, ({ content }) => sent.push(content));
  client.ws.on(GatewayDispatchEvents.MessageDelete, ({ id }) => sent.push(id));
  double.edit({ channel: general, message, text: "new" });
  double.remove({ channel: general, messages: [message] });
  double.say({ channel: general, user: ana, text: "end" });
  await untilPasses(() => expect(texts()).toEqual(["end"]));
  expect(sent).toEqual(["new", message]);
  expect(told).toEqual([]);
});

test("one 401 makes the client forget its token", async () => {
  const { double, general } = await openGarden();
  const { textChannel } = await connect(double);
  double.faults.add({ method: "POST", kind: "status", status: 401 });
  expect(await codeOf(textChannel(general).send("x"))).toBe(0);
  await expect(textChannel(general).send("y")).rejects.toThrow("Expected token to be set");
});

test("a client cut off for good still calls itself ready", async () => {
  const { double } = await openGarden();
  const { client } = await connect(double);
  const gone = new Promise((resolve) => client.once(Events.ShardDisconnect, resolve));
  double.gateway.drop({ code: 4004 });
  await gone;
  expect(client.isReady()).toBe(true);
});

test("a failed login goes on connecting behind the caller's back, and cannot be destroyed", async () => {
  const { double } = await openGarden();
  const client = new Client(clientOptions(double));
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  double.gateway.refuseConnections({ times: 1 });
  await expect(client.login(double.token)).rejects.toThrow("503");
  await client.destroy();
  await ready;
  expect(double.gateway.sessions()).toMatchObject([{ connected: true }]);
  // No longer to be reached through the client: the token ends it.
  double.revokeToken();
});

test("destroying the client gives the session up, so that nothing can be resumed", async () => {
  const { double } = await openGarden();
  const { client } = await connect(double);
  await client.destroy();
  await untilPasses(() => expect(double.gateway.sessions()).toEqual([]));
});

test("ephemeral answers come back as messages without a guild", async () => {
  const { double, general, ana } = await openGarden();
  const { client } = await connect(double);
  await client.application?.commands.set([{ name: "help", description: "Help" }]);
  const sent: object[] = [];
  client.ws.on(GatewayDispatchEvents.MessageCreate, (d: object) => sent.push(d));
  client.on(Events.InteractionCreate, (interaction) => {
    if (interaction.isChatInputCommand())
      void interaction.reply({ content: "psst", flags: MessageFlags.Ephemeral });
  });
  double.interact({ type: "command", name: "help", channel: general, user: ana });
  await untilPasses(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ flags: 64, author: { id: double.botId } });
  expect(sent[0]).not.toHaveProperty("guild_id");
});
