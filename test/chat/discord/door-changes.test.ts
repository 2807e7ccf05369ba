import { beforeAll, expect, test, vi } from "vitest";
import type { Ingress } from "../../../src/rooms/platform/ingress.ts";
import { openDoorStage } from "./door-stage.ts";
import { openRooms, type Rooms } from "./rooms-stage.ts";
import { untilPasses } from "../../support/until.ts";

let rooms: Rooms;
beforeAll(async () => {
  rooms = await openRooms();
});

test("an edit is followed in the thread's room and for the message the thread begins at", async () => {
  const { double, guild, general, ana, open, mention } = await openDoorStage();
  await open(rooms.ingress);
  const asked = mention("a qestion");
  const thread = double.startThread({ channel: general, user: ana, name: "t", message: asked }).id;
  const { id } = double.say({ channel: thread, user: ana, text: "aside" });
  double.edit({ channel: general, message: asked, text: `<@${double.botId}> a question` });
  double.edit({ channel: thread, message: id, text: "beside" });
  await untilPasses(async () =>
    expect((await rooms.messages(guild.id)).map(({ text }) => text)).toEqual([
      "@troupe a question",
      "beside",
    ]),
  );
});

test("the preview of a link is no edit", async () => {
  const { double, general, open, mention } = await openDoorStage();
  const edited = vi.fn<Ingress["edited"]>(async () => true);
  await open({ ...rooms.ingress, edited });
  const message = mention("see https://example.com");
  double.unfurl({ channel: general, message, embed: { type: "link", title: "Example" } });
  double.edit({ channel: general, message, text: "see above" });
  await untilPasses(() => expect(edited).toHaveBeenCalledTimes(2));
  expect(edited.mock.calls.map(([, { text }]) => text)).toEqual(["see above", "see above"]);
});

test("deleted messages leave history, one by one or swept by a moderator", async () => {
  const { double, guild, general, open, mention } = await openDoorStage();
  await open(rooms.ingress);
  const [one, two, three] = [mention("one"), mention("two"), mention("three")];
  mention("four");
  double.remove({ channel: general, messages: [one] });
  double.remove({ channel: general, messages: [two, three] });
  await untilPasses(async () =>
    expect((await rooms.messages(guild.id)).map(({ deleted, text }) => [deleted, text])).toEqual([
      [true, ""],
      [true, ""],
      [true, ""],
      [false, "@troupe four"],
    ]),
  );
});

test("thumbs are feedback by name, and taken back by whoever gave them", async () => {
  const { double, guild, general, ana, open, mention, botSays } = await openDoorStage();
  const reaction = vi.fn<Ingress["reaction"]>(async () => undefined);
  await open({ ...rooms.ingress, reaction });
  const message = mention("hm");
  const bea = double.addUser({ name: "bea" }).id;
  double.addMember({ guild: guild.id, user: bea, nick: "Bea B." });
  const at = { channel: general, message: await botSays("an answer") };
  double.react({ channel: general, message, user: ana, emoji: "👍" });
  double.react({ ...at, user: double.botId, emoji: "👍" });
  double.react({ ...at, user: ana, emoji: "🎉" });
  double.react({ ...at, user: ana, emoji: "👍🏽" });
  double.react({ ...at, user: bea, emoji: "👎" });
  double.unreact({ ...at, user: ana, emoji: "👍🏽" });
  const answer = { roomKey: `discord:${guild.id}.${general}`, externalId: at.message };
  const anas = { externalId: ana, name: "Ana 🌸" };
  const beas = { externalId: bea, name: "Bea B." };
  await untilPasses(() =>
    expect(reaction.mock.calls).toEqual([
      [answer, { person: anas, verdict: "good", added: true }],
      [answer, { person: beas, verdict: "bad", added: true }],
      [answer, { person: anas, verdict: "good", added: false }],
    ]),
  );
});

test("thumbs that a moderator clears are taken back, all of them or those of one kind", async () => {
  const { double, guild, general, ana, open, botSays } = await openDoorStage();
  const cleared = vi.fn<Ingress["cleared"]>(async () => undefined);
  await open({ ...rooms.ingress, cleared });
  const at = { channel: general, message: await botSays("an answer") };
  double.react({ ...at, user: ana, emoji: "👍" });
  for (const emoji of ["🎉", "👎"]) double.clearReactions({ ...at, emoji });
  double.clearReactions(at);
  const answer = { roomKey: `discord:${guild.id}.${general}`, externalId: at.message };
  await untilPasses(() =>
    expect(cleared.mock.calls).toEqual([
      [answer, "bad"],
      [answer, undefined],
    ]),
  );
});

test("a reaction is taken back by its person's name also after a restart", async () => {
  const { double, guild, general, ana, open, mention } = await openDoorStage();
  const message = mention("hm");
  double.react({ channel: general, message, user: ana, emoji: "👍" });
  const reaction = vi.fn<Ingress["reaction"]>(async () => undefined);
  await open({ ...rooms.ingress, reaction });
  double.unreact({ channel: general, message, user: ana, emoji: "👍" });
  await untilPasses(() =>
    expect(reaction).toHaveBeenCalledWith(
      { roomKey: `discord:${guild.id}.${general}`, externalId: message },
      { person: { externalId: ana, name: "Ana 🌸" }, verdict: "good", added: false },
    ),
  );
});

test("an event that could not be stored is tried again, before what came after it", async () => {
  const { double, guild, general, open, mention } = await openDoorStage();
  let failures = 2;
  const message: Ingress["message"] = async (incoming) => {
    failures -= 1;
    if (failures >= 0) throw new Error("the database is away");
    await rooms.ingress.message(incoming);
  };
  await open({ ...rooms.ingress, message });
  const id = mention("frist");
  double.edit({ channel: general, message: id, text: "first" });
  mention("second");
  await untilPasses(async () =>
    expect((await rooms.messages(guild.id)).map(({ text }) => text)).toEqual([
      "first",
      "@troupe second",
    ]),
  );
});
