import { expect, it, onTestFinished } from "vitest";
import { silentLog as log } from "../../../src/base/log.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import { startDiscordDouble } from "../../support/discord/discord-double.ts";
import { until } from "../../support/until.ts";
import { openEngine } from "../slack/open-engine.ts";
import { openTelling } from "./telling-stage.ts";

const CLOSED = expect.stringMatching(
  /^\*\*Discord server Garden is closed\*\*, and nobody is answered there until Troupe is installed again: .*removed/,
);
const OPEN = expect.stringMatching(/^\*\*Discord server Garden is open again\*\*/);

async function openHarbour() {
  const double = await startDiscordDouble();
  onTestFinished(() => double.close());
  const garden = double.addGuild({ name: "Garden", channels: ["general"] });
  const home = double.addGuild({ name: "Home", channels: ["operators"] });
  const channel = home.channels["operators"] ?? "";
  const engine = await openEngine();
  onTestFinished(() => engine.close());
  const discord = { botToken: double.token, apiUrl: double.api, cdnUrl: double.cdn };
  const register = engine.openRegister();
  const door = await startDiscordDoor({
    discord,
    ingress: createMemoryIngress(),
    desk: createMemoryDesk(),
    register,
    log,
  });
  onTestFinished(() => door.close());
  const telling = openTelling(engine, `discord:${home.id}.${channel}`);
  const processes = [0, 1].map(() => {
    const parts = { register: engine.openRegister(), clock: telling.clock, log };
    const platform = createDiscordPlatform({ ...discord, ...parts });
    onTestFinished(() => platform.close());
    return telling.join(platform);
  });
  const status = async (externalId: string) => {
    const ref = { platform: "discord" as const, externalId };
    register.refresh(ref);
    return (await register.find(ref))?.status;
  };
  const untilStatus = (id: string, wanted: string) =>
    until(async () => (await status(id)) === wanted);
  await untilStatus(garden.id, "active");
  await untilStatus(home.id, "active");
  return {
    processes,
    telling,
    tellAll: () => Promise.all([...processes, ...processes].map(({ tell }) => tell())),
    told: () => double.visibleMessages({ channel }).map(({ content }) => content),
    kick: async (guild: { id: string } = garden) => {
      double.kickBot({ guild: guild.id });
      await untilStatus(guild.id, "revoked");
    },
    invite: async (guild: { id: string } = garden) => {
      double.inviteBot({ guild: guild.id });
      await untilStatus(guild.id, "active");
    },
    home,
    violations: () => double.violations,
  };
}

it("an operators' room in Discord is told once of a server that removed the bot and once that it is back", async () => {
  const { tellAll, told, kick, invite, violations } = await openHarbour();
  await tellAll();
  expect(told()).toEqual([]);
  await kick();
  await tellAll();
  await tellAll();
  expect(told()).toEqual([CLOSED]);
  await invite();
  await tellAll();
  await tellAll();
  expect(told()).toEqual([CLOSED, OPEN]);
  expect(violations()).toEqual([]);
});

it("an operators' room in Discord gets one message from a process that dies after it posted and one that takes over", async () => {
  const { processes, telling, told, kick } = await openHarbour();
  await kick();
  processes[0]?.dieAfterPosting();
  await processes[0]?.tell().catch(() => undefined);
  expect(told()).toEqual([CLOSED]);
  await processes[1]?.tell();
  telling.skipMinutes(6);
  await processes[1]?.tell();
  expect(told()).toEqual([CLOSED]);
  expect((await telling.read()).map(({ isTold }) => isTold)).toEqual([true]);
});

it("an operators' room on a Discord server that removed the bot is told everything once that is back", async () => {
  const { tellAll, told, kick, invite, telling, home, violations } = await openHarbour();
  await kick(home);
  await kick();
  for (let look = 0; look < 5; look++) await tellAll();
  expect((await telling.read()).map(({ isTold }) => isTold)).toEqual([false, false]);
  await invite(home);
  // Each process hears of it at once, or after half a minute.
  await until(async () => {
    await tellAll();
    return told().length === 3;
  });
  // What is about the same server comes in its order.
  expect(told()).toContainEqual(CLOSED);
  expect(told().filter((text) => text.includes("Home"))).toEqual([
    expect.stringContaining("Home is closed"),
    expect.stringContaining("Home is open again"),
  ]);
  expect(violations()).toEqual([]);
});
