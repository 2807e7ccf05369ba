import { expect, onTestFinished, test } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import type { DiscordDouble } from "../../support/discord/discord-double.ts";
import { openDiscordStage, type PlaceKind } from "./discord-stage.ts";

const NEW = { resumed: false };

async function open(kind: PlaceKind) {
  const stage = await openDiscordStage(kind);
  onTestFinished(() => stage.close());
  return stage;
}

test("a thread of its own is named after the question, and the person is mentioned in it", async () => {
  const { double, ana, ask, connect, own, general } = await open("thread");
  const address = ask(
    `<@${double.botId}> **how** long does a refund take, all in all, these days?`,
  );
  await connect().openReply(address, newId(), NEW).finish("# Thirty days");
  expect(own(address.replyTo)).toMatchObject([
    { content: `<@${ana}>\n## Thirty days`, pinged: [ana], replyTo: undefined },
  ]);
  expect(own(general)).toEqual([]);
  const [, thread] = double.requests.filter(({ route }) => route.endsWith("/threads"));
  expect(thread).toBeUndefined();
  expect(double.requests.find(({ route }) => route.endsWith("/threads"))?.body).toEqual({
    name: "how long does a refund take, all in",
  });
});

test("a thread begun at words that make no name has the agent's", async () => {
  const { double, ask, connect } = await open("thread");
  await connect()
    .openReply(ask(`<@${double.botId}>`), newId(), NEW)
    .finish("Yes?");
  expect(double.requests.find(({ route }) => route.endsWith("/threads"))?.body).toEqual({
    name: "Sage",
  });
});

for (const [what, words, name] of [
  ["of emoji ends with a whole one", "👩‍👩‍👧‍👦".repeat(60), "👩‍👩‍👧‍👦".repeat(9)],
  ["that nobody can see gives its agent's name", "\u200b\u202e\u3164", "Sage"],
  ["is named without what it shows", "why?\n[in reply to Ben: it fails]", "why?"],
] as const) {
  test(`a question ${what}`, async () => {
    const { double, ask, connect, own } = await open("thread");
    const address = ask(`<@${double.botId}> ${words}`);
    await connect().openReply(address, newId(), NEW).finish("Thirty days.");
    expect(own(address.replyTo)).toHaveLength(1);
    expect(double.requests.find(({ route }) => route.endsWith("/threads"))?.body).toEqual({ name });
    expect(double.violations).toEqual([]);
  });
}

test("a name that the server does not allow costs no answer", async () => {
  const { double, ask, connect, own } = await open("thread");
  const path = "/channels/:channel/messages/:message/threads";
  const body = { code: 50_035, message: "Contains words not allowed in names" };
  double.faults.add({ method: "POST", path, kind: "status", status: 400, body });
  const address = ask("a rude word?");
  await connect().openReply(address, newId(), NEW).finish("Thirty days.");
  expect(own(address.replyTo)).toHaveLength(1);
});

test("a fast answer takes two requests: its thread, which is the first sign, and its words", async () => {
  const { double, ask, connect, own } = await open("thread");
  const address = ask("how long does a refund take?");
  const platform = connect();
  const before = double.requests.length;
  platform.greet(address);
  platform.showStatus(address, "is thinking …");
  const draft = platform.openReply(address, newId(), NEW);
  draft.show("Thirty");
  await draft.finish("Thirty days");
  platform.showStatus(address, "");
  expect(double.requests.slice(before).map(({ method, route }) => `${method} ${route}`)).toEqual([
    "POST /channels/:channel/messages/:message/threads",
    "POST /channels/:channel/messages",
  ]);
  expect(own(address.replyTo)).toMatchObject([{ content: expect.stringContaining("Thirty days") }]);
});

test("a sign begins no thread at words that make no name: whoever answers does", async () => {
  const { double, ask, connect } = await open("thread");
  const address = ask(`<@${double.botId}>`);
  const platform = connect();
  platform.greet(address);
  await platform.openReply(address, newId(), NEW).finish("Yes?");
  const names = double.requests.filter(({ route }) => route.endsWith("/threads"));
  expect(names.map(({ body }) => body)).toEqual([{ name: "Sage" }]);
});

test("a thread that somebody else has begun is answered in", async () => {
  const { double, ana, general, ask, connect, own } = await open("thread");
  const address = ask("how long?");
  double.startThread({ channel: general, user: ana, name: "mine", message: address.replyTo });
  await connect().openReply(address, newId(), NEW).finish("Thirty days");
  expect(own(address.replyTo)).toMatchObject([{ content: expect.stringContaining("Thirty") }]);
});

test("two agents that are asked at once answer in one thread", async () => {
  const { ask, connect, own } = await open("thread");
  const address = ask("what do you both think?");
  const other = { ...address, agent: { slug: "rex", name: "Rex" } };
  const drafts = [
    connect().openReply(address, newId(), NEW),
    connect().openReply(other, newId(), NEW),
  ];
  await Promise.all(drafts.map((draft, i) => draft.finish(`opinion ${i}`)));
  const said = own(address.replyTo).map(({ content }) => content.replace(/^<@\d+> /, ""));
  expect(said.toSorted()).toEqual(["opinion 0", "opinion 1"]);
});

test("in a thread and in a channel the question is replied to, by the first part alone", async () => {
  const { double, ana, general, ask, connect, own } = await open("channel");
  const long = Array.from({ length: 700 }, (_, i) => `word${i}`).join(" ");
  const address = ask("tell me all");
  await connect().openReply(address, newId(), NEW).finish(long);
  const [first, ...others] = own(general);
  expect(first).toMatchObject({ replyTo: address.replyTo, pinged: [ana] });
  expect(others.length).toBeGreaterThan(0);
  for (const part of others) expect(part).toMatchObject({ replyTo: undefined, pinged: [] });
  const thread = double.startThread({ channel: general, user: ana, name: "t" }).id;
  const replyTo = double.say({ channel: thread, user: ana, text: "and here?" }).id;
  await connect()
    .openReply({ ...address, thread, replyTo }, newId(), NEW)
    .finish("Here too.");
  expect(own(thread)).toMatchObject([{ content: "Here too.", replyTo, pinged: [ana] }]);
});

test("a question that was deleted meanwhile is answered without replying to it", async () => {
  const { double, general, ask, connect, own } = await open("channel");
  const address = ask("never mind");
  double.remove({ channel: general, messages: [address.replyTo] });
  await connect().openReply(address, newId(), NEW).finish("All right.");
  expect(own(general)).toMatchObject([{ content: "All right.", replyTo: undefined }]);
});

test("where the bot may not write, it is named what it lacks", async () => {
  const { double, general, guild, ask, connect } = await open("thread");
  const right = "SEND_MESSAGES_IN_THREADS";
  double.setOverwrite({ channel: general, id: guild.botRoleId, deny: [right] });
  const finished = connect().openReply(ask("?"), newId(), NEW).finish("Thirty days.");
  await expect(finished).rejects.toMatchObject({
    name: "AppError",
    code: "FORBIDDEN",
    message: expect.stringContaining("Send Messages in Threads"),
  });
});

test("where the bot may begin no thread it answers in the channel, once, also after a crash", async () => {
  const { double, general, guild, ask, connect, own } = await open("thread");
  const right = "CREATE_PUBLIC_THREADS";
  double.setOverwrite({ channel: general, id: guild.botRoleId, deny: [right] });
  const [address, delivery] = [ask("how long?"), newId()];
  const draft = connect().openReply(address, delivery, NEW);
  draft.show("Thirty");
  const options = { feedbackButtons: true };
  const ids = await draft.finish("Thirty days.", options);
  const again = connect().openReply(address, delivery, { resumed: true });
  expect(await again.finish("Thirty days.", options)).toEqual(ids);
  expect(own(general)).toMatchObject([
    { id: ids[0], content: "Thirty days.", replyTo: address.replyTo, components: [] },
  ]);
});

test("where the bot may attach no file, a long answer is begun, and says why it ends", async () => {
  const { double, general, guild, ask, connect, own } = await open("channel");
  double.setOverwrite({ channel: general, id: guild.botRoleId, deny: ["ATTACH_FILES"] });
  const ids = await connect()
    .openReply(ask("?"), newId(), NEW)
    .finish("one two three\n\n".repeat(2000));
  const parts = own(general);
  expect(parts.map(({ id }) => id)).toEqual(ids);
  expect(parts).toHaveLength(5);
  expect(parts.at(-1)?.content).toMatch(
    /one two three\n-# The answer is longer, .*Attach Files\.$/,
  );
  expect(double.violations).toEqual([]);
});

test("a channel that is gone is said to be gone", async () => {
  const { double, general, ask, connect } = await open("channel");
  const address = ask("?");
  double.removeChannel({ channel: general });
  await expect(connect().openReply(address, newId(), NEW).finish("!")).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringContaining("deleted"),
  });
});

const threadsBegun = (double: DiscordDouble) =>
  double.requests.filter(({ method, route }) => method === "POST" && route.endsWith("/threads"));

test("a thread that somebody deletes while its answer is written is not begun anew", async () => {
  const { double, ask, connect } = await open("thread");
  const address = ask("how long?");
  const platform = connect();
  platform.greet(address);
  await expect.poll(() => double.requests.at(-1)?.status).toBe(201);
  double.removeChannel({ channel: address.thread ?? "" });
  const finished = platform.openReply(address, newId(), NEW).finish("Thirty days.");
  await expect(finished).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(threadsBegun(double)).toHaveLength(1);
});

test("a thread that people were in and that is deleted stays deleted", async () => {
  const { double, general, ana, ask, connect } = await open("thread");
  const { id: thread } = double.startThread({ channel: general, user: ana, name: "Talk" });
  const replyTo = double.say({ channel: thread, user: ana, text: "how long?" }).id;
  double.removeChannel({ channel: thread });
  const address = { ...ask("?"), thread, replyTo };
  const finished = connect().openReply(address, newId(), NEW).finish("Thirty days.");
  await expect(finished).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(threadsBegun(double)).toEqual([]);
});

test("a draft that a moderator deletes is not written anew", async () => {
  const { double, general, ask, connect, own } = await open("channel");
  const draft = connect().openReply(ask("?"), newId(), NEW);
  draft.show("something rude");
  await expect.poll(() => own(general).length).toBe(1);
  await expect.poll(() => double.requests.at(-1)?.status).toBe(200);
  double.remove({ channel: general, messages: own(general).map(({ id }) => id) });
  await expect(draft.finish("something rude indeed")).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(own(general)).toEqual([]);
});
