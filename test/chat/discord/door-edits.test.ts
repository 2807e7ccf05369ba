import { beforeAll, expect, test } from "vitest";
import { untilPasses } from "../../support/until.ts";
import { openDoorStage } from "./door-stage.ts";
import { openRooms, type Rooms } from "./rooms-stage.ts";

let rooms: Rooms;
beforeAll(async () => {
  rooms = await openRooms();
});

async function open() {
  const stage = await openDoorStage();
  await stage.open(rooms.ingress);
  const stored = async () =>
    (await rooms.messages(stage.guild.id)).map(({ text, turns }) => ({ text, turns }));
  /** Who was asked what. */
  const asked = () =>
    rooms.db.em().execute<{ slug: string; text: string }[]>(
      `select a.slug, m.text from turn t join conversation c on c.id = t.conversation_id
       join agent a on a.id = c.agent_id join message m on m.id = t.message_id join room r on r.id = m.room_id
       where r.key like ? order by t.seq`,
      [`discord:${stage.guild.id}.%`],
    );
  return { ...stage, stored, asked, bot: `<@${stage.double.botId}>` };
}

test("an edit that adds a mention is answered once, as the words are now", async () => {
  const { double, general: channel, ana, stored, bot } = await open();
  const message = double.say({ channel, user: ana, text: "how long is it?" }).id;
  double.edit({ channel, message, text: `${bot} how short is it?` });
  const once = [{ text: "@troupe how short is it?", turns: 1 }];
  await untilPasses(async () => expect(await stored()).toEqual(once));
  double.edit({ channel, message, text: `${bot} how short is it, really?` });
  const really = [{ text: "@troupe how short is it, really?", turns: 1 }];
  await untilPasses(async () => expect(await stored()).toEqual(really));
});

test("an edit that adds a mention in a thread that is listened to is answered by whom it names", async () => {
  const { double, general, ana, mention, stored, asked, bot } = await open();
  const thread = mention("hello");
  const channel = double.startThread({
    channel: general,
    user: ana,
    name: "t",
    message: thread,
  }).id;
  await untilPasses(async () => expect(await stored()).toHaveLength(1));
  const message = double.say({ channel, user: ana, text: "how long is it?" }).id;
  await untilPasses(async () => expect(await stored()).toHaveLength(2));
  double.edit({ channel, message, text: `${bot} rex, how long is it?` });
  await untilPasses(async () =>
    expect(await asked()).toEqual([
      { slug: "sage", text: "@troupe hello" },
      { slug: "rex", text: "@troupe rex, how long is it?" },
    ]),
  );
});

test("an edited direct message that was heard is asked no second time", async () => {
  const { double, ana, guild } = await open();
  const { id: channel } = double.openDm({ user: ana });
  const message = double.say({ channel, user: ana, text: "how long?" }).id;
  double.edit({ channel, message, text: "how long, please?" });
  const stored = async () =>
    (await rooms.messages("dm")).filter(({ room }) => room.endsWith(channel));
  await untilPasses(async () =>
    expect(await stored()).toMatchObject([{ text: "how long, please?", turns: 1 }]),
  );
  expect(await rooms.messages(guild.id)).toEqual([]);
});

test("edits that come in another order leave the newest words", async () => {
  const { double, general: channel, mention, stored, bot, guild } = await open();
  const message = mention("one");
  await untilPasses(async () => expect(await stored()).toHaveLength(1));
  const ref = { roomKey: `discord:${guild.id}.${channel}:${message}`, externalId: message };
  const at = new Date(Date.now() + 3_600_000).toISOString();
  await rooms.ingress.edited(ref, { text: "@troupe three", at });
  double.edit({ channel, message, text: `${bot} two` });
  double.edit({ channel, message: mention("later"), text: `${bot} last` });
  await untilPasses(async () =>
    expect(await stored()).toEqual([
      { text: "@troupe three", turns: 1 },
      { text: "@troupe last", turns: 1 },
    ]),
  );
});

test("a person who is named like an agent makes that agent answer nothing", async () => {
  const { double, general: channel, guild, ana, asked } = await open();
  const rex = double.addUser({ name: "Rex" }).id;
  double.addMember({ guild: guild.id, user: rex });
  const mentions = [double.botId, rex];
  double.say({ channel, user: ana, text: "what do you think?", mentions });
  await untilPasses(async () =>
    expect(await asked()).toEqual([{ slug: "sage", text: "@troupe @Rex what do you think?" }]),
  );
});
