import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createIngress } from "../../src/chat/create-ingress.ts";
import type { Ingress } from "../../src/rooms/ingress.ts";
import type { ChatPlatform } from "../../src/rooms/chat-platform.ts";
import type { Platform } from "../../src/rooms/workspace.ts";
import { createQuietPlatform } from "../fakes/quiet-platform.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let ingress: Ingress;
let greeted: unknown[] = [];
beforeAll(async () => {
  app = await openTestApp();
  const platform = createQuietPlatform("slack", { greet: (place) => void greeted.push(place) });
  (app.scope.platforms as Map<Platform, ChatPlatform>).set("slack", platform);
  ingress = createIngress(app.control);
});
afterAll(() => app.close());
beforeEach(() => {
  greeted = [];
});

const say = (id: string, more: { toBot?: boolean; fromBot?: boolean } = {}) => {
  const { toBot = true, ...rest } = more;
  const roomKey = "slack:T1.C1";
  return ingress.message({
    roomKey,
    ...(toBot && { ownThread: `${roomKey}:${id}` }),
    person: { externalId: "U1", name: "Ana" },
    text: "@troupe how are you?",
    externalId: id,
    toBot,
    ...rest,
  });
};

test("a sign is given once a message is stored that somebody will answer, and once alone", async () => {
  const place = { workspace: "T1", channel: "C1", asked: "@troupe how are you?", person: "U1" };
  for (const id of ["1.1", "1.2", "1.2"]) await say(id);
  expect(greeted).toEqual([
    { ...place, thread: "1.1", replyTo: "1.1" },
    { ...place, thread: "1.2", replyTo: "1.2" },
  ]);
});

test("no sign is given of a message that could not be stored", async () => {
  app.sql.hook((name) => {
    if (name.startsWith("receive_")) throw new Error("the database is away");
  });
  await expect(say("2.1")).rejects.toThrow("away");
  app.sql.hook(undefined);
  expect(greeted).toEqual([]);
});

test("no sign is given where nobody answers: words to others, other bots", async () => {
  await say("3.1", { toBot: false });
  await say("3.2", { fromBot: true });
  expect(greeted).toEqual([]);
});
