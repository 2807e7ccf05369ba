import { bindAgent, setReplyPlace } from "../../../src/rooms/bind-agent.ts";
import { beforeAll, expect, test } from "vitest";
import { openDoorStage } from "./door-stage.ts";
import { openRooms, type Rooms } from "./rooms-stage.ts";
import { untilPasses } from "../../support/until.ts";

let rooms: Rooms;
beforeAll(async () => {
  rooms = await openRooms();
});

test("a mention becomes one message and one turn in a room of its own thread", async () => {
  const { guild, general, open, mention } = await openDoorStage();
  await open(rooms.ingress);
  const id = mention("how are you?");
  await untilPasses(async () =>
    expect(await rooms.messages(guild.id)).toEqual([
      {
        room: `discord:${guild.id}.${general}:${id}`,
        text: "@troupe how are you?",
        id,
        name: "Ana 🌸",
        deleted: false,
        turns: 1,
      },
    ]),
  );
});

test("a mention in a channel that answers in itself is a message of the channel", async () => {
  const { guild, general, open, mention } = await openDoorStage();
  const roomKey = `discord:${guild.id}.${general}`;
  await rooms.directory.room(roomKey);
  const scope = { em: rooms.db.em(), directory: rooms.directory };
  await setReplyPlace(scope, roomKey, "room");
  await open(rooms.ingress);
  mention("here, please");
  await untilPasses(async () =>
    expect(await rooms.messages(guild.id)).toMatchObject([
      { room: `discord:${guild.id}.${general}`, turns: 1 },
    ]),
  );
});

test("in a thread the room is the thread, and words that are not for the bot ask for nothing", async () => {
  const { double, guild, general, ana, open, mention } = await openDoorStage();
  await open(rooms.ingress);
  const asked = mention("a question");
  const thread = double.startThread({ channel: general, user: ana, name: "t", message: asked }).id;
  double.say({ channel: thread, user: ana, text: "by the way" });
  mention("and this?", { channel: thread });
  const room = `discord:${guild.id}.${general}:${thread}`;
  await untilPasses(async () =>
    expect(await rooms.messages(guild.id)).toMatchObject([
      { room, turns: 1 },
      { room, text: "by the way", turns: 0 },
      { room, text: "@troupe and this?", turns: 1 },
    ]),
  );
});

test("a direct message speaks to the bot without a mention", async () => {
  const { double, ana, open } = await openDoorStage();
  await open(rooms.ingress);
  const channel = double.openDm({ user: ana }).id;
  const { id } = double.say({ channel, user: ana, text: "psst" });
  await untilPasses(async () =>
    expect((await rooms.messages("dm")).filter((message) => message.id === id)).toMatchObject([
      { room: `discord:dm.${channel}`, text: "psst", turns: 1 },
    ]),
  );
});

test("a reply to the bot speaks to it, with and without a ping; so does its role", async () => {
  const { double, guild, general, ana, open, mention, botSays } = await openDoorStage();
  await open(rooms.ingress);
  const replyTo = await botSays("an answer");
  double.say({ channel: general, user: ana, text: "pinged", replyTo });
  double.say({ channel: general, user: ana, text: "quiet", replyTo, pingReplied: false });
  double.say({ channel: general, user: ana, text: `<@&${guild.botRoleId}> role` });
  mention("end");
  await untilPasses(async () =>
    expect(await rooms.messages(guild.id)).toMatchObject([
      { text: "pinged", turns: 1 },
      { text: "quiet", turns: 1 },
      { text: "@Troupe role", turns: 1 },
      { text: "@troupe end", turns: 1 },
    ]),
  );
});

test("what is said in a channel where nobody spoke to the product is left alone", async () => {
  const { double, guild, general, ana, open, mention } = await openDoorStage();
  await open(rooms.ingress);
  double.say({ channel: general, user: ana, text: "not for you" });
  mention("for you");
  await untilPasses(async () =>
    expect(await rooms.messages(guild.id)).toMatchObject([{ text: "@troupe for you" }]),
  );
});

test("bots are not heard, not even when they mention the bot", async () => {
  const { double, guild, open, mention } = await openDoorStage();
  await open(rooms.ingress);
  const robot = double.addUser({ name: "robot", bot: true, guilds: [guild.id] }).id;
  mention("I am a bot", { user: robot });
  mention("I am not");
  await untilPasses(async () =>
    expect(await rooms.messages(guild.id)).toMatchObject([{ text: "@troupe I am not" }]),
  );
});

test("bots are heard where an agent of the room answers them, and never the bot itself", async () => {
  const { double, guild, general, open, mention, botSays } = await openDoorStage();
  await open(rooms.ingress);
  const robot = double.addUser({ name: "robot", bot: true, guilds: [guild.id] }).id;
  const channel = `discord:${guild.id}.${general}`;
  await rooms.directory.room(channel);
  const directory = rooms.directory;
  const bound = { slug: "sage", mode: "mention", answersBots: true } as const;
  await bindAgent({ em: rooms.db.em(), directory }, channel, bound);
  await botSays(`<@${double.botId}> I am the bot itself`);
  mention("I am a bot", { user: robot });
  mention("I am not");
  await untilPasses(async () =>
    expect(await rooms.messages(guild.id)).toMatchObject([
      { name: "robot", text: "@troupe I am a bot", turns: 1 },
      { name: "Ana 🌸", text: "@troupe I am not", turns: 1 },
    ]),
  );
});

test("names come as people see them: nicknames, emoji, right-to-left; files by name", async () => {
  const { double, guild, general, open } = await openDoorStage();
  await open(rooms.ingress);
  const noor = double.addUser({ name: "noor" }).id;
  const zoe = double.addUser({ name: "zoe", globalName: "Zoë" }).id;
  double.addMember({ guild: guild.id, user: noor, nick: "نور 🧿" });
  double.addMember({ guild: guild.id, user: zoe, nick: "Zoë the 2nd" });
  double.say({
    channel: general,
    user: noor,
    text: `<@${double.botId}> what does <@${zoe}> say in <#${general}>?`,
    attachments: [{ filename: "ملف.png", contentType: "image/png", text: "x" }],
  });
  await untilPasses(async () =>
    expect(await rooms.messages(guild.id)).toMatchObject([
      {
        name: "نور 🧿",
        text: "@troupe what does @Zoë the 2nd say in #general?\n[file: ملف.png]",
        turns: 1,
      },
    ]),
  );
});

test("an empty mention and a lone picture are messages too", async () => {
  const { double, guild, general, ana, open, mention } = await openDoorStage();
  await open(rooms.ingress);
  mention("");
  const asked = mention("look");
  const thread = double.startThread({ channel: general, user: ana, name: "t", message: asked }).id;
  const attachments = [{ filename: "cat.png", contentType: "image/png", text: "x" }];
  double.say({ channel: thread, user: ana, attachments });
  await untilPasses(async () =>
    expect(await rooms.messages(guild.id)).toMatchObject([
      { text: "@troupe", turns: 1 },
      { text: "@troupe look", turns: 1 },
      { text: "[file: cat.png]", turns: 0 },
    ]),
  );
});
