import { expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import { until } from "../../support/until.ts";
import { openDoorStage } from "./door-stage.ts";

const toRef = (externalId: string) => ({ platform: "discord" as const, externalId });

async function openGuilds() {
  const stage = await openDoorStage();
  const { double, discord, register, guild } = stage;
  const statusOf = (id = guild.id) => register.stored(toRef(id))?.status;
  const { botToken, apiUrl } = discord;
  const platform = createDiscordPlatform({
    botToken,
    apiUrl,
    register,
    clock: systemClock,
    log: silentLog,
  });
  // Registering its commands at the start is no message.
  const said = () => double.requests.filter(({ route }) => !route.includes("/applications/"));
  const writes = () => said().filter(({ method }) => method !== "GET").length;
  return { ...stage, statusOf, platform, said, writes };
}

test("each server of the bot is a workspace under its name", async () => {
  const { open, double, statusOf, register, guild } = await openGuilds();
  const other = double.addGuild({ name: "Harbour", channels: ["general"] });
  await open(createMemoryIngress());
  await until(() => statusOf(other.id) === "active" && statusOf() === "active");
  expect(register.stored(toRef(guild.id))?.name).toBe("Garden");
  expect(register.stored(toRef(other.id))?.name).toBe("Harbour");
});

test("a server that the bot was removed from is marked, told why, and left alone", async () => {
  const { open, double, guild, statusOf, register, platform, writes } = await openGuilds();
  const other = double.addGuild({ name: "Harbour", channels: ["general"] });
  await open(createMemoryIngress());
  await until(() => statusOf() === "active" && statusOf(other.id) === "active");
  expect(await platform.closedReason(guild.id)).toBeUndefined();
  double.kickBot({ guild: guild.id });
  await until(() => statusOf() === "revoked");
  expect(register.stored(toRef(guild.id))?.statusReason).toMatch(/was removed .* setup discord/);
  expect(await platform.closedReason(guild.id)).toMatch(/was removed/);
  expect(await platform.closedReason(other.id)).toBeUndefined();
  expect(await platform.closedReason("dm")).toBeUndefined();
  expect(writes()).toBe(0);
  double.inviteBot({ guild: guild.id });
  await until(() => statusOf() === "active");
  expect(await platform.closedReason(guild.id)).toBeUndefined();
});

test("a removal while nobody listened is noticed at the next start", async () => {
  const { open, double, guild, statusOf } = await openGuilds();
  const other = double.addGuild({ name: "Harbour", channels: ["general"] });
  const first = await open(createMemoryIngress());
  await until(() => statusOf() === "active" && statusOf(other.id) === "active");
  await first.close();
  double.kickBot({ guild: guild.id });
  await open(createMemoryIngress());
  await until(() => statusOf() === "revoked");
  expect(statusOf(other.id)).toBe("active");
});

test("an outage at Discord is no removal", async () => {
  const { open, double, guild, statusOf, register } = await openGuilds();
  await open(createMemoryIngress());
  await until(() => statusOf() === "active");
  double.setGuildAvailable({ guild: guild.id, available: false });
  double.setGuildAvailable({ guild: guild.id, available: true });
  const later = double.addGuild({ name: "Later", channels: [] });
  await until(() => statusOf(later.id) === "active");
  expect(register.stored(toRef(guild.id))).toMatchObject({ status: "active", statusReason: null });
});

test("a dead token closes all servers with what to do, after one call", async () => {
  const { open, double, guild, statusOf, register, platform, said } = await openGuilds();
  await (await open(createMemoryIngress())).close();
  await until(() => statusOf() === "active");
  double.revokeToken();
  const before = said().length;
  const address = {
    workspace: guild.id,
    channel: guild.channels["general"] ?? "",
    replyTo: "1",
    agent: { slug: "sage", name: "Sage" },
  };
  for (const id of ["1", "2", "3"]) {
    const reply = platform.openReply(address, id, { resumed: false }).finish("hello");
    await expect(reply).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  expect(said().length - before).toBe(1);
  expect(register.stored(toRef(guild.id))?.statusReason).toMatch(/DISCORD_BOT_TOKEN/);
  expect(await platform.closedReason(guild.id)).toMatch(/DISCORD_BOT_TOKEN/);
});

test("the platform leaves a server when it is told to, and again without harm", async () => {
  const { open, guild, statusOf, platform } = await openGuilds();
  await open(createMemoryIngress());
  await until(() => statusOf() === "active");
  await platform.leave(guild.id);
  await until(() => statusOf() === "revoked");
  await expect(platform.leave(guild.id)).resolves.toBeUndefined();
});

test("what is said in two servers stays apart, also under the same names", async () => {
  const { open, double, guild, general, ana } = await openGuilds();
  const other = double.addGuild({ name: "Garden", channels: ["general"] });
  double.addMember({ guild: other.id, user: ana });
  const ingress = createMemoryIngress();
  await open(ingress);
  const channels = [general, other.channels["general"] ?? ""];
  for (const channel of channels) {
    double.say({ channel, user: ana, mentions: [double.botId], text: "hello" });
  }
  await until(() => ingress.messages().length === 2);
  const rooms = ingress.messages().map(({ roomKey }) => roomKey.split(":")[1]);
  const expected = [`${guild.id}.${channels[0]}`, `${other.id}.${channels[1]}`];
  expect(new Set(rooms)).toEqual(new Set(expected));
});
