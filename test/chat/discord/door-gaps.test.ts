import { beforeAll, expect, test } from "vitest";
import { openDoorStage } from "./door-stage.ts";
import { openRooms, type Rooms } from "./rooms-stage.ts";
import { untilPasses } from "../../support/until.ts";

const MINUTE_MS = 60_000;

let rooms: Rooms;
beforeAll(async () => {
  rooms = await openRooms();
});

const texts = async (guild: string) => (await rooms.messages(guild)).map(({ text }) => text);
const turns = async (guild: string) =>
  (await rooms.messages(guild)).reduce((sum, message) => sum + message.turns, 0);

test("what was asked while nobody listened is answered once, in channels and threads", async () => {
  const { double, guild, general, ana, open, mention } = await openDoorStage();
  const door = await open(rooms.ingress);
  const before = mention("before");
  await untilPasses(async () => expect(await texts(guild.id)).toEqual(["@troupe before"]));
  await door.close();
  const asked = mention("while away");
  const thread = double.startThread({ channel: general, user: ana, name: "t", message: asked }).id;
  mention("in the thread", { channel: thread });
  const second = await open(rooms.ingress);
  await untilPasses(async () => expect(await turns(guild.id)).toBe(3));
  await second.close();
  await open(rooms.ingress);
  mention("after");
  await untilPasses(async () => expect(await turns(guild.id)).toBe(4));
  expect(await rooms.messages(guild.id)).toMatchObject([
    { id: before },
    { id: asked },
    { room: `discord:${guild.id}.${general}:${thread}`, text: "@troupe in the thread" },
    { text: "@troupe after" },
  ]);
});

test("what was asked in private while nobody listened is answered once, by a process that has just started", async () => {
  const { double, ana, open } = await openDoorStage();
  const { id: channel } = double.openDm({ user: ana });
  const heard = async () =>
    (await rooms.messages("dm"))
      .filter(({ room }) => room.endsWith(channel))
      .map(({ text }) => text);
  const first = await open(rooms.ingress);
  double.say({ channel, user: ana, text: "one" });
  await untilPasses(async () => expect(await heard()).toEqual(["one"]));
  await first.close();
  double.say({ channel, user: ana, text: "two" });
  await open(rooms.ingress);
  await untilPasses(async () => expect(await heard()).toEqual(["one", "two"]));
});

test("a question of more than fifteen minutes ago is not answered any more", async () => {
  let late = -20 * MINUTE_MS;
  const { guild, open, mention } = await openDoorStage({ now: () => Date.now() + late });
  mention("twenty minutes ago");
  late = -10 * MINUTE_MS;
  mention("ten minutes ago");
  late = 0;
  await open(rooms.ingress);
  mention("now");
  await untilPasses(async () =>
    expect(await texts(guild.id)).toEqual(["@troupe ten minutes ago", "@troupe now"]),
  );
});

test("a gap of more than a page is filled in order", async () => {
  const { double, guild, general, ana, open, mention } = await openDoorStage();
  const asked = mention("the first");
  const thread = double.startThread({ channel: general, user: ana, name: "t", message: asked }).id;
  const said = Array.from({ length: 130 }, (_, i) => `number ${i}`);
  for (const text of said) double.say({ channel: thread, user: ana, text });
  await open(rooms.ingress);
  await untilPasses(async () =>
    expect(await texts(guild.id)).toEqual(["@troupe the first", ...said]),
  );
});

test("a channel whose history is closed to the bot holds nothing up", async () => {
  const { double, guild, open, mention } = await openDoorStage();
  const closed = double.addChannel({ guild: guild.id, name: "closed" }).id;
  mention("lost", { channel: closed });
  double.setOverwrite({ channel: closed, id: guild.botRoleId, deny: ["READ_MESSAGE_HISTORY"] });
  mention("found");
  await open(rooms.ingress);
  mention("heard", { channel: closed });
  await untilPasses(async () =>
    expect((await texts(guild.id)).toSorted()).toEqual(["@troupe found", "@troupe heard"]),
  );
});

for (const disturb of ["drop", "cut", "requestReconnect"] as const) {
  test(`what RESUME brings after a ${disturb} is stored once, in order`, async () => {
    const { double, guild, open, mention } = await openDoorStage();
    await open(rooms.ingress);
    mention("before");
    double.gateway[disturb]();
    mention("meanwhile");
    await untilPasses(() => expect(double.gateway.sessions()[0]).toMatchObject({ resumes: 1 }));
    mention("after");
    await untilPasses(async () =>
      expect(await texts(guild.id)).toEqual([
        "@troupe before",
        "@troupe meanwhile",
        "@troupe after",
      ]),
    );
    expect(await turns(guild.id)).toBe(3);
  });
}

test("after INVALID_SESSION the gap is read from the channel", async () => {
  const { double, guild, open, mention } = await openDoorStage();
  await open(rooms.ingress);
  mention("before");
  await untilPasses(async () => expect(await turns(guild.id)).toBe(1));
  double.gateway.forgetSessions();
  double.gateway.drop();
  mention("gap one");
  mention("gap two");
  await untilPasses(async () =>
    expect(await texts(guild.id)).toEqual(["@troupe before", "@troupe gap one", "@troupe gap two"]),
  );
  expect(double.gateway.identifies()).toBe(2);
});

test("two processes with one token store each message and ask for its turn once", async () => {
  const { double, guild, general, open, mention } = await openDoorStage();
  await Promise.all([open(rooms.ingress), open(rooms.ingress)]);
  const asked = Array.from({ length: 10 }, (_, i) => mention(`question ${i}`));
  for (const message of asked) double.redeliver({ channel: general, message });
  mention("the end");
  await untilPasses(async () => expect(await texts(guild.id)).toContain("@troupe the end"));
  expect(await texts(guild.id)).toHaveLength(11);
  expect(await turns(guild.id)).toBe(11);
});
