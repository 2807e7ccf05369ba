import { expect, test } from "vitest";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import type { DiscordDouble } from "../../support/discord/discord-double.ts";
import { untilPasses } from "../../support/until.ts";
import { answered, openCommandStage } from "./command-stage.ts";

const CALLBACK = "/interactions/:interaction/:token/callback";
const MESSAGE = 4;
const THINKING = 5;

/** The requests that answers to interactions have taken so far. */
const requests = (double: DiscordDouble) =>
  double.requests
    .filter(({ route }) => route === CALLBACK || route.startsWith("/webhooks/"))
    .map(({ method, route }) => `${method} ${route}`);

test("an answer that is ready soon is the first answer itself, for its giver alone", async () => {
  const { double, desk, list, general, guild, ana } = await openCommandStage();
  desk.answer({ text: "**Sage** is here, @everyone" });
  const asked = double.interact(list);
  const view = await answered(double, asked);
  expect(view).toMatchObject({ answeredWith: MESSAGE, ephemeral: true });
  expect(view.original?.content).toContain("**Sage** is here");
  expect(view.original).toMatchObject({ pingedEveryone: false });
  expect(double.visibleMessages({ channel: general })).toEqual([]);
  expect(desk.calls).toMatchObject([
    {
      command: "agent",
      action: "list",
      values: {},
      roomKey: `discord:${guild.id}.${general}`,
      person: { externalId: ana, name: "Ana 🌸" },
    },
  ]);
  await untilPasses(() => expect(desk.told).toEqual([`discord:${asked.id}`]));
  expect(requests(double)).toEqual([`POST ${CALLBACK}`]);
  expect(double.violations).toEqual([]);
});

test("a command is acknowledged within three seconds, though its answer takes long", async () => {
  const { double, desk, list, general } = await openCommandStage({ answerWithinMs: 3000 });
  const release = desk.hold();
  const asked = double.interact(list);
  await untilPasses(() => expect(double.interaction(asked).thinking).toBe(true));
  expect(double.interaction(asked)).toMatchObject({ answeredWith: THINKING, ephemeral: true });
  release();
  const view = await answered(double, asked);
  expect(view).toMatchObject({ original: { content: "Done." }, ephemeral: true });
  expect(double.visibleMessages({ channel: general })).toEqual([]);
});

test.each([
  ["slow", -3_600_000],
  ["fast", 3_600_000],
])("a command is answered where the clock here is an hour %s", async (_what, skewMs) => {
  const { double, list } = await openCommandStage({ now: () => Date.now() - skewMs });
  const view = await answered(double, double.interact(list));
  expect(view).toMatchObject({ original: { content: "Done." }, ephemeral: true });
});

test("a command that comes too late for any answer is not run", async () => {
  const now = () => Date.now() - 60_000;
  const { double, desk, list } = await openCommandStage({ now, answerWithinMs: -1 });
  const asked = double.interact(list);
  await untilPasses(() => expect(double.interaction(asked).refusals).toEqual([10_062]));
  expect(desk.calls).toEqual([]);
});

test("what concerns the room is said to all, by the first answer where it is ready soon", async () => {
  const { double, desk, where, general } = await openCommandStage();
  desk.answer({ to: "room", text: "Ana stopped this room." });
  const soon = double.interact({ type: "command", name: "stop", ...where });
  expect(await answered(double, soon)).toMatchObject({
    original: { content: "Ana stopped this room.", ephemeral: false },
    followUps: [],
  });
  const release = desk.hold();
  const late = double.interact({ type: "command", name: "stop", ...where });
  await untilPasses(() => expect(double.interaction(late).thinking).toBe(true));
  release();
  await untilPasses(() => expect(double.interaction(late).followUps).toHaveLength(1));
  expect(double.interaction(late)).toMatchObject({
    original: { ephemeral: true },
    followUps: [{ content: "Ana stopped this room.", ephemeral: false }],
  });
  expect(double.visibleMessages({ channel: general })).toHaveLength(2);
});

test("a long answer is whole: its beginning and a file, still for its giver alone", async () => {
  const { double, desk, list } = await openCommandStage();
  const text = Array.from({ length: 400 }, (_, i) => `- agent number ${i} with a long name`);
  desk.answer({ text: text.join("\n") });
  const view = await answered(double, double.interact(list));
  expect(view).toMatchObject({ answeredWith: MESSAGE, ephemeral: true, followUps: [] });
  expect(view.original?.attachments).toMatchObject([{ filename: "answer.md" }]);
  expect(double.violations).toEqual([]);
});

test.each(["person", "room"] as const)(
  "an answer to the %s whose response was lost is said once",
  async (to) => {
    const { double, desk, list, general } = await openCommandStage();
    desk.answer({ text: "Done.", ...(to === "room" && { to }) });
    double.faults.add({ method: "POST", path: CALLBACK, kind: "lostResponse", how: "reset" });
    const asked = double.interact(list);
    await untilPasses(() => expect(desk.told).toHaveLength(1));
    expect(double.interaction(asked)).toMatchObject({
      original: { content: "Done.", ephemeral: to === "person" },
      followUps: [],
    });
    expect(double.visibleMessages({ channel: general })).toHaveLength(to === "room" ? 1 : 0);
    expect(desk.calls).toHaveLength(1);
  },
);

test("of two processes with one token one runs a command and answers it", async () => {
  const desk = createMemoryDesk();
  const { double, list } = await openCommandStage({}, [desk, desk]);
  const asked = Array.from({ length: 5 }, () => double.interact(list));
  for (const each of asked) {
    expect(await answered(double, each)).toMatchObject({ answeredWith: MESSAGE, followUps: [] });
    await untilPasses(() => expect(double.interaction(each).refusals).toEqual([40_060]));
    expect(double.interaction(each).original?.content).toBe("Done.");
  }
  expect(desk.calls).toHaveLength(5);
});

test("what the other process acknowledged first is answered all the same", async () => {
  const mine = createMemoryDesk();
  const elsewhere = { ...createMemoryDesk(), run: async () => undefined };
  const { double, where } = await openCommandStage({}, [mine, elsewhere]);
  mine.answer({ to: "room", text: "Ana stopped this room." });
  const release = mine.hold();
  const asked = double.interact({ type: "command", name: "stop", ...where });
  await untilPasses(() => expect(double.interaction(asked).refusals).toEqual([40_060]));
  expect(double.interaction(asked).thinking).toBe(true);
  release();
  await untilPasses(() => expect(double.interaction(asked).followUps).toHaveLength(1));
  expect(double.interaction(asked).original).toMatchObject({ thinking: false, ephemeral: true });
});

test("a command whose process died is acknowledged by another, and can be answered at its own address", async () => {
  const died = createMemoryDesk();
  const run = async (call: Parameters<typeof died.run>[0]) => {
    died.calls.push(call);
    return undefined;
  };
  const { double, list } = await openCommandStage({}, [{ ...died, run }]);
  const asked = double.interact(list);
  await untilPasses(() => expect(double.interaction(asked).thinking).toBe(true));
  expect(died.told).toEqual([]);
  const answer = { content: "It broke off.", flags: 64, allowed_mentions: { parse: [] } };
  const response = await fetch(died.calls[0]?.replyUrl ?? "", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(answer),
  });
  expect(response.ok).toBe(true);
  const { original } = await answered(double, asked);
  expect(original?.content).toBe("It broke off.");
});

test("a late answer waits for none of the requests that Discord allows the bot a second", async () => {
  const elsewhere = { ...createMemoryDesk(), run: async () => undefined };
  const { double, list, open, ingress } = await openCommandStage({}, [elsewhere]);
  const limit = { kind: "rateLimit", retryAfterSeconds: 50, global: true } as const;
  double.faults.add({ method: "GET", path: "/applications/:application/commands", ...limit });
  const desk = createMemoryDesk();
  const release = desk.hold();
  await open(ingress, undefined, desk);
  await untilPasses(() => expect(double.requests.map(({ status }) => status)).toContain(429));
  const asked = double.interact(list);
  await untilPasses(() => expect(double.interaction(asked).thinking).toBe(true));
  release();
  expect((await answered(double, asked)).original?.content).toBe("Done.");
}, 30_000);
