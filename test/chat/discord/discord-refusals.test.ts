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
let ana: string;

beforeAll(async () => {
  double = await startDiscordDouble();
  resources.defer(() => double.close());
  guild = double.addGuild({ name: "Garden", channels: ["unthreaded", "silent"] });
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

const channel = (name: string) => guild.channels[name] ?? "";
const toldInPrivate = () =>
  double
    .visibleMessages({ channel: double.openDm({ user: ana }).id })
    .map(({ content }) => content);

it.each([
  ["unthreaded", "CREATE_PUBLIC_THREADS", "Create Public Threads"],
  ["silent", "SEND_MESSAGES_IN_THREADS", "Send Messages in Threads"],
] as const)(
  "whoever asked in a room where the bot lacks a right is told so in private (%s)",
  async (name, right, called) => {
    stage.app.model.respond(() => ({ text: "Thirty days." }));
    const before = toldInPrivate().length;
    double.setOverwrite({ channel: channel(name), id: guild.botRoleId, deny: [right] });
    const text = `how long, in ${name}?`;
    double.say({ channel: channel(name), user: ana, text, mentions: [double.botId] });
    await until(() => toldInPrivate().length > before);
    await stage.untilAllEnded();
    expect(toldInPrivate().slice(before)).toEqual([
      expect.stringMatching(new RegExp(`^I could not answer .*${name}.* there\\. .*${called}`)),
    ]);
    const [turn] = await stage.app.db
      .em()
      .execute<{ status: string; reason: string }[]>(
        "select status, reason from turn order by seq desc limit 1",
      );
    expect(turn).toMatchObject({ status: "failed", reason: expect.stringContaining(called) });
  },
);
