import { expect, onTestFinished, test } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { joinParts } from "../../../src/chat/rich-text/encode-part.ts";
import { DISCORD_LIMITS } from "../../support/discord/rate-limits.ts";
import { openDiscordStage, PATCH, POST } from "./discord-stage.ts";

const NEW = { resumed: false };

async function open(...[kind, options]: Parameters<typeof openDiscordStage>) {
  const stage = await openDiscordStage(kind, options);
  onTestFinished(() => stage.close());
  return stage;
}

test("a rate limit in one channel holds up no other channel", async () => {
  const { double, guild, ana, ask, connect, own } = await open("channel");
  const platform = connect();
  const calm = double.addChannel({ guild: guild.id, name: "calm" }).id;
  const replyTo = double.say({ channel: calm, user: ana, text: "?" }).id;
  double.faults.add({ ...POST, kind: "rateLimit", retryAfterSeconds: 4 });
  const order: string[] = [];
  const [busy, free] = [ask("?"), { ...ask("?"), channel: calm, replyTo }];
  const slow = platform.openReply(busy, newId(), NEW).finish("late");
  await expect.poll(() => double.requests.at(-1)?.status).toBe(429);
  const quick = platform.openReply(free, newId(), NEW).finish("early");
  await Promise.all([slow.then(() => order.push("slow")), quick.then(() => order.push("quick"))]);
  expect(order).toEqual(["quick", "slow"]);
  expect(own(calm)).toMatchObject([{ content: "early" }]);
});

test("a rate limit of more than a minute is not waited for", async () => {
  const { double, ask, connect } = await open("channel");
  double.faults.add({ ...POST, kind: "rateLimit", retryAfterSeconds: 600 });
  await expect(connect().openReply(ask("?"), newId(), NEW).finish("?")).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(/60[01] s/),
  });
});

test("a rate limit that names no time is not run against", async () => {
  const { double, ask, connect } = await open("channel");
  double.faults.add({ ...POST, kind: "status", status: 429, body: {}, times: 1000 });
  await expect(connect().openReply(ask("?"), newId(), NEW).finish("?")).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
  expect(double.requests.filter(({ status }) => status === 429)).toHaveLength(1);
});

test("an answer in which nothing can be seen is said to be empty", async () => {
  const { general, ask, connect, own } = await open("channel");
  await connect().openReply(ask("?"), newId(), NEW).finish("\u200b\u2060");
  expect(own(general)).toMatchObject([{ content: "(The answer is empty.)" }]);
});

test("drafts share one pace in a channel, and every last word lands within Discord's limits", async () => {
  const { double, general, ask, connect, own } = await open("channel", { limits: DISCORD_LIMITS });
  const platform = connect();
  const drafts = Array.from({ length: 4 }, () => platform.openReply(ask("?"), newId(), NEW));
  for (let round = 1; round <= 20; round++) {
    for (const [i, draft] of drafts.entries()) draft.show(`draft ${i} ${"word ".repeat(round)}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await Promise.all(drafts.map((draft, i) => draft.finish(`final ${i}`)));
  expect(
    own(general)
      .map(({ content }) => content)
      .toSorted(),
  ).toEqual(drafts.map((_, i) => `final ${i}`));
  expect(double.requests.filter(({ status }) => status === 429)).toEqual([]);
});

test("a draft that is rate-limited gives way to the whole reply", async () => {
  const { double, general, ask, connect, own } = await open("channel");
  const draft = connect().openReply(ask("?"), newId(), NEW);
  draft.show("one");
  await expect.poll(() => own(general)).toHaveLength(1);
  double.faults.add({ ...PATCH, kind: "rateLimit", retryAfterSeconds: 1 });
  draft.show("one two");
  await expect.poll(() => double.requests.at(-1)?.status).toBe(429);
  await draft.finish("one two three");
  expect(own(general)).toMatchObject([{ content: "one two three" }]);
});

test("an answer of 100 kB is its beginning and a file with all of it", async () => {
  const { double, general, ask, connect, own } = await open("channel");
  const text = Array.from(
    { length: 2500 },
    (_, i) => `Line **${i}** of the long, long answer.`,
  ).join("\n");
  const ids = await connect().openReply(ask("?"), newId(), NEW).finish(text);
  const [only, ...others] = own(general);
  expect(others).toEqual([]);
  expect(ids).toEqual([only?.id]);
  expect(only?.content).toMatch(
    /^Line \*\*0\*\* of[\s\S]*\n-# The answer goes on in the file answer\.md\.$/,
  );
  expect(only?.attachments).toMatchObject([
    { filename: "answer.md", size: Buffer.byteLength(text) },
  ]);
  const file = await fetch(only?.attachments[0]?.url ?? "");
  expect(await file.text()).toBe(text);
  expect(double.violations).toEqual([]);
});

test("a draft becomes the beginning of a file's answer", async () => {
  const { general, ask, connect, own } = await open("channel");
  const draft = connect().openReply(ask("?"), newId(), NEW);
  const text = "All of it.\n\n".repeat(2000);
  draft.show(text.slice(0, 5000));
  await expect.poll(() => own(general)).toHaveLength(1);
  expect(own(general)[0]?.content).toMatch(/\n-# Sage is writing …$/);
  await draft.finish(text);
  expect(own(general)).toMatchObject([{ attachments: [{ filename: "answer.md" }] }]);
});

test("emoji, right-to-left text and code are split without loss", async () => {
  const { double, general, ask, connect, own } = await open("channel");
  const text = [
    "👩‍👩‍👧‍👦🏳️‍🌈".repeat(150),
    "السلام عليكم ".repeat(120),
    `\`\`\`ts\n${"const answer = 42;\n".repeat(150)}\`\`\``,
  ].join("\n\n");
  await connect().openReply(ask("?"), newId(), NEW).finish(text);
  const parts = own(general).map(({ content }) => content);
  expect(parts.length).toBeGreaterThan(2);
  const letters = (value: string) => value.replace(/\s|```(?:ts)?/g, "");
  expect(letters(joinParts(parts))).toBe(letters(text));
  expect(double.violations).toEqual([]);
});

test("typing is shown while somebody works, and no fault of it is", async () => {
  const { double, general, ask, connect } = await open("channel");
  const [platform, address] = [connect(), ask("?")];
  double.faults.add({
    method: "POST",
    path: "/channels/:channel/typing",
    kind: "status",
    status: 500,
  });
  platform.showStatus(address, "is thinking …");
  await expect.poll(() => double.requests.at(-1)?.status).toBe(500);
  const typing = () => {
    platform.showStatus(address, "is using calculator …");
    return double.typingIn({ channel: general });
  };
  await expect.poll(typing).toEqual([double.botId]);
  platform.showStatus(address, "");
});

test("who takes no direct messages is told in the room", async () => {
  const { double, general, ana, ask, connect, own } = await open("channel");
  double.closeDms({ user: ana });
  const address = ask("?");
  await connect().tellPrivately(address, "The budget is used up.");
  await connect().tellPrivately(address, "The budget is used up.");
  expect(own(general)).toMatchObject([
    { content: "The budget is used up.", replyTo: address.replyTo },
  ]);
});

test("who asked for a thread that was never begun is told in the channel", async () => {
  const { double, general, ana, ask, connect, own } = await open("thread");
  double.closeDms({ user: ana });
  await connect().tellPrivately(ask("?"), "The budget is used up.");
  expect(own(general)).toMatchObject([{ content: "The budget is used up." }]);
});

test("the same private words about two questions are said twice", async () => {
  const { dm, ask, connect, own } = await open("channel");
  const platform = connect();
  for (const address of [ask("one?"), ask("two?")]) {
    await platform.tellPrivately(address, "The budget is used up.");
  }
  expect(own(dm)).toHaveLength(2);
});
