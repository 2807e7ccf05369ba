import { expect, test } from "vitest";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import { openDoorStage } from "./door-stage.ts";
import { untilPasses } from "../../support/until.ts";

async function openStage() {
  const stage = await openDoorStage();
  const ingress = createMemoryIngress();
  await stage.open(ingress);
  const { double, guild, ana } = stage;
  const ben = double.addUser({ name: "ben" }).id;
  double.addMember({ guild: guild.id, user: ben, nick: "Ben @ work" });
  const dm = double.openDm({ user: ana }).id;
  const author = { id: ana, username: "ana", global_name: "Ana", discriminator: "0", avatar: null };
  const file = { id: "5", filename: "plan.txt", size: 4, url: "https://cdn.discordapp.com/x" };
  const common = { embeds: [], mentions: [], mention_roles: [], edited_timestamp: null, flags: 0 };
  const base = { ...common, channel_id: dm, author, type: 0, content: "", attachments: [] };
  let count = BigInt(double.say({ channel: dm, user: ana, text: "first" }).id);

  /** What Ana sends in private, as Discord tells of it. */
  function send(more: Record<string, unknown>): string {
    const id = (count += 1n).toString();
    const timestamp = new Date().toISOString();
    double.dispatch({ event: "MESSAGE_CREATE", data: { ...base, id, timestamp, ...more } });
    return id;
  }
  const heard = (id: string) =>
    untilPasses(() => {
      const found = ingress.messages().find(({ externalId }) => externalId === id);
      expect(found).toBeDefined();
      return found;
    });
  return { ...stage, ingress, ben, dm, send, heard, file, common };
}

test("forwarded messages, polls and stickers are read in words, with their files", async () => {
  const { send, heard, file, common } = await openStage();
  const snapshot = { ...common, content: "ask <@1> at <t:0:t>", attachments: [file], type: 0 };
  const forwarded = send({
    message_reference: { type: 1, message_id: "1", channel_id: "2" },
    message_snapshots: [{ message: snapshot }],
  });
  const poll = send({
    poll: {
      question: { text: "Tea?" },
      answers: [
        { answer_id: 1, poll_media: { text: "yes" } },
        { answer_id: 2, poll_media: { text: "no" } },
      ],
    },
  });
  const sticker = send({ sticker_items: [{ id: "1", name: "wave", format_type: 1 }] });
  expect(await heard(forwarded)).toMatchObject({
    text: "[forwarded: ask @\u20601 at 00:00 UTC\n[file: plan.txt]]",
    files: [{ id: "5", name: "plan.txt" }],
    toBot: true,
  });
  expect(await heard(poll)).toMatchObject({ text: "[poll: Tea? yes / no]" });
  expect(await heard(sticker)).toMatchObject({ text: "[sticker: wave]" });
});

test("what somebody replies to is read with the question that mentions the bot", async () => {
  const { double, general, ana, ben, ingress, mention, heard } = await openStage();
  const attachments = [{ filename: "log.txt", contentType: "text/plain", text: "x" }];
  const text = "the deploy fails, @sage";
  const said = double.say({ channel: general, user: ben, text, attachments }).id;
  const asked = mention("rex why?", { replyTo: said });
  expect(await heard(asked)).toMatchObject({
    text: "@troupe rex why?\n[in reply to Ben @\u2060 work: the deploy fails, @\u2060sage\n[file: log.txt]]",
    files: [{ name: "log.txt" }],
  });
  // It is nobody's to answer, and nothing of it is told twice.
  double.say({ channel: general, user: ana, text: "not for you", replyTo: said });
  const last = mention("and this?");
  await heard(last);
  expect(ingress.messages().map(({ text: words }) => words)).not.toContain("not for you");
});

test("the bot's own words are not repeated to it", async () => {
  const { double, general, ana, botSays, heard } = await openStage();
  const replyTo = await botSays("Thirty days.");
  const { id } = double.say({ channel: general, user: ana, text: "sure?", replyTo });
  expect(await heard(id)).toMatchObject({ text: "sure?", toBot: true });
});

test("an agent may be named after the bot's role, though that has two words", async () => {
  const { double, guild, mention, heard } = await openStage();
  const role = {
    id: guild.botRoleId,
    name: "Troupe Bot",
    permissions: "0",
    managed: true,
    tags: { bot_id: double.botId },
  };
  const data = { guild_id: guild.id, role };
  double.dispatch({ event: "GUILD_ROLE_UPDATE", data, guild: guild.id });
  const id = mention(`<@&${guild.botRoleId}> rex, look`);
  expect(await heard(id)).toMatchObject({ text: "@troupe @TroupeBot rex, look" });
});

test("voice channels are answered in themselves, announcements in threads, forum posts in the post", async () => {
  const { double, guild, ana, mention, heard } = await openStage();
  const [voice = "", news = "", forum = ""] = (["voice", "announcement", "forum"] as const).map(
    (kind) => double.addChannel({ guild: guild.id, name: kind, kind }).id,
  );
  const post = double.startThread({ channel: forum, user: ana, name: "A post" }).id;
  const room = (rest: string) => `discord:${guild.id}.${rest}`;
  expect(await heard(mention("here?", { channel: voice }))).toMatchObject({ roomKey: room(voice) });
  const announced = mention("here?", { channel: news });
  expect(await heard(announced)).toMatchObject({ roomKey: room(`${news}:${announced}`) });
  const inPost = await heard(mention("here?", { channel: post }));
  expect(inPost).toMatchObject({ roomKey: room(`${forum}:${post}`) });
});

const NOTHING = undefined;
test.each<[string, Record<string, unknown>]>([
  ["no author", { author: NOTHING }],
  ["an author of no kind", { author: "ana" }],
  ["an id that is none", { id: "abc" }],
  ["no id", { id: NOTHING }],
  ["a channel that is none", { channel_id: "x" }],
  ["files that are none", { attachments: [{}] }],
])("a message with %s holds up nothing that is said after it", async (_what, wrong) => {
  const { send, heard, ingress } = await openStage();
  send({ content: "broken", ...wrong });
  await heard(send({ content: "whole" }));
  expect(ingress.messages().map(({ text }) => text)).toEqual(["first", "whole"]);
});

test.each([
  "GUILD_CREATE",
  "GUILD_DELETE",
  "INTERACTION_CREATE",
  "MESSAGE_CREATE",
  "MESSAGE_UPDATE",
  "MESSAGE_DELETE",
  "MESSAGE_DELETE_BULK",
  "MESSAGE_REACTION_ADD",
  "MESSAGE_REACTION_REMOVE_ALL",
  "THREAD_CREATE",
  "SOMETHING_NEW",
])("an event %s that says nothing costs nothing else", async (event) => {
  const { double, send, heard } = await openStage();
  for (const data of [
    {},
    null,
    [],
    { id: null },
    { mentions: [null], author: {}, channel_id: {} },
  ]) {
    double.dispatch({ event, data: data as Record<string, unknown> });
  }
  expect(await heard(send({ content: "next" }))).toMatchObject({ text: "next" });
});

test.each<[string, Record<string, unknown>]>([
  ["mentions", { mentions: NOTHING }],
  ["files", { attachments: NOTHING }],
  ["roles", { mention_roles: NOTHING }],
])("a message that says nothing of %s has none", async (_what, without) => {
  const { send, heard } = await openStage();
  expect(await heard(send({ content: "whole", ...without }))).toMatchObject({ text: "whole" });
});

test("half an edit, as with the preview of a link, changes nothing and holds nothing up", async () => {
  const { double, dm, send, heard, ingress } = await openStage();
  const id = send({ content: "https://example.com" });
  await heard(id);
  double.dispatch({ event: "MESSAGE_UPDATE", data: { id, channel_id: dm, embeds: [] } });
  await heard(send({ content: "next" }));
  expect(ingress.messages().map(({ edited }) => edited)).toEqual([false, false, false]);
});
