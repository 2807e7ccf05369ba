import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { type DiscordDouble, startDiscordDouble } from "../../support/discord/discord-double.ts";
import { openPlatformApp } from "../../support/platform-app.ts";
import { until } from "../../support/until.ts";

const resources = new AsyncDisposableStack();
let double: DiscordDouble;
let stage: Awaited<ReturnType<typeof openPlatformApp>>;
let guild: ReturnType<DiscordDouble["addGuild"]>;
let general: string;
let ana: string;

beforeAll(async () => {
  double = await startDiscordDouble();
  resources.defer(() => double.close());
  guild = double.addGuild({ name: "Garden", channels: ["general"] });
  general = guild.channels["general"] ?? "";
  ana = double.addUser({ name: "ana", globalName: "Ana" }).id;
  double.addMember({ guild: guild.id, user: ana });
  const register = createMemoryRegister();
  const log = silentLog;
  const discord = { botToken: double.token, apiUrl: double.api, cdnUrl: double.cdn };
  stage = await openPlatformApp(() =>
    createDiscordPlatform({ ...discord, register, clock: systemClock, log }),
  );
  resources.defer(() => stage.close());
  const desk = createMemoryDesk();
  const door = await startDiscordDoor({ discord, ...stage.door, desk, register, log });
  resources.defer(() => door.close());
});
afterAll(() => resources.disposeAsync());

const toldInPrivate = () =>
  double
    .visibleMessages({ channel: double.openDm({ user: ana }).id })
    .map(({ content }) => content);

it("whoever asked where the bot may not write is told so in private", async () => {
  stage.app.model.respond(() => ({ text: "Thirty days." }));
  const right = "SEND_MESSAGES_IN_THREADS";
  double.setOverwrite({ channel: general, id: guild.botRoleId, deny: [right] });
  double.say({ channel: general, user: ana, text: "how long?", mentions: [double.botId] });
  await until(() => toldInPrivate().length > 0);
  await stage.untilAllEnded();
  expect(toldInPrivate()).toEqual([
    expect.stringMatching(/^I could not answer .*how long.* there\. .*Send Messages in Threads/),
  ]);
  const [turn] = await stage.app.db
    .em()
    .execute<object[]>("select status, reason from turn order by seq desc limit 1");
  const reason = expect.stringContaining("Send Messages in Threads");
  expect(turn).toMatchObject({ status: "failed", reason });
});
