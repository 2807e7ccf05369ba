import { expect, test, vi } from "vitest";
import { silentLog } from "../../../src/base/log.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import type { Ingress } from "../../../src/rooms/platform/ingress.ts";
import type { IncomingMessage } from "../../../src/rooms/messages/receive-message.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { openDoorStage } from "./door-stage.ts";
import { untilPasses } from "../../support/until.ts";

const register = createMemoryRegister();

/** An ingress that remembers what it was given; its rooms know nothing. */
function createNotes() {
  const heard: IncomingMessage[] = [];
  const ingress: Ingress = {
    message: async (incoming) => void heard.push(incoming),
    edited: async () => true,
    deleted: async () => undefined,
    reaction: async () => undefined,
    cleared: async () => undefined,
    newestSeen: async () => undefined,
    livelyIn: async () => [],
  };
  return { ingress, texts: () => heard.map(({ text }) => text) };
}

test("a missing intent is named together with where to switch it on", async () => {
  const { open } = await openDoorStage({ grantedIntents: 0 });
  await expect(open(createNotes().ingress)).rejects.toMatchObject({
    name: "AppError",
    code: "FORBIDDEN",
    message: expect.stringMatching(/Message Content Intent under Privileged Gateway Intents/),
  });
});

test("a wrong token is named together with where to get a new one", async () => {
  const { discord } = await openDoorStage();
  const wrong = { ...discord, botToken: "wrong" };
  const { ingress } = createNotes();
  await expect(
    startDiscordDoor({
      discord: wrong,
      ingress,
      desk: createMemoryDesk(),
      register,
      log: silentLog,
    }),
  ).rejects.toMatchObject({
    name: "AppError",
    code: "FORBIDDEN",
    message: expect.stringMatching(/DISCORD_BOT_TOKEN/),
  });
});

test("a Discord that cannot be reached is said to be so, after a few attempts", async () => {
  const { ingress } = createNotes();
  const discord = { botToken: "a", apiUrl: "http://127.0.0.1:9/api", cdnUrl: undefined };
  await expect(
    startDiscordDoor({ discord, ingress, desk: createMemoryDesk(), register, log: silentLog }),
  ).rejects.toMatchObject({
    name: "AppError",
    code: "UNAVAILABLE",
  });
});

test("a token revoked later ends the connection, once and with a reason", async () => {
  const { double, discord } = await openDoorStage();
  const error = vi.fn<(fields: object, message: string) => void>();
  const log = { ...silentLog, error };
  const door = await startDiscordDoor({
    discord,
    ingress: createNotes().ingress,
    desk: createMemoryDesk(),
    register,
    log,
  });
  double.revokeToken();
  await untilPasses(() => expect(error).toHaveBeenCalledTimes(1));
  expect(error.mock.calls[0]).toEqual([
    { reason: expect.stringMatching(/DISCORD_BOT_TOKEN/) },
    "discord: disconnected for good",
  ]);
  await door.close();
});

test("a connection that stops answering heartbeats is given up and resumed", async () => {
  const { double, open, mention } = await openDoorStage({ heartbeatMs: 50 });
  const { ingress, texts } = createNotes();
  await open(ingress);
  double.gateway.setAcks({ on: false });
  await untilPasses(() => expect(double.gateway.sessions()[0]?.resumes).toBeGreaterThan(0));
  double.gateway.setAcks({ on: true });
  mention("still there?");
  await untilPasses(() => expect(texts()).toEqual(["@troupe still there?"]));
});

test("a connection that never resumes is replaced, and its gap is filled", async () => {
  const { double, ana, open, mention } = await openDoorStage({ heartbeatMs: 1000 });
  const { ingress, texts } = createNotes();
  const dm = double.openDm({ user: ana }).id;
  await open(ingress, 2500);
  double.say({ channel: dm, user: ana, text: "psst" });
  await untilPasses(() => expect(texts()).toEqual(["psst"]));
  double.gateway.ignoreResumes({ times: 1 });
  double.gateway.drop();
  mention("anybody?");
  double.say({ channel: dm, user: ana, text: "hello?" });
  await untilPasses(() =>
    expect(new Set(texts())).toEqual(new Set(["psst", "@troupe anybody?", "hello?"])),
  );
  expect(double.gateway.identifies()).toBe(2);
});

test("a half-open connection is given up, and what was said meanwhile is heard", async () => {
  const { double, open, mention } = await openDoorStage({ heartbeatMs: 50 });
  const { ingress, texts } = createNotes();
  await open(ingress, 2500);
  double.gateway.freeze();
  mention("hello?");
  await untilPasses(() => expect(texts()).toContain("@troupe hello?"));
  mention("and again");
  await untilPasses(() => expect(texts()).toContain("@troupe and again"));
});

test("a closed door hears nothing more", async () => {
  const { double, open, mention } = await openDoorStage();
  const { ingress, texts } = createNotes();
  const door = await open(ingress);
  mention("before");
  await untilPasses(() => expect(texts()).toHaveLength(1));
  await door.close();
  mention("after");
  await untilPasses(() => expect(double.gateway.sessions()).toEqual([]));
  expect(texts()).toEqual(["@troupe before"]);
});
