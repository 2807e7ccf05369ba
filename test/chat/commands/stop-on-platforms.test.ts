import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { createCommandDesk } from "../../../src/chat/commands/command-desk.ts";
import { createIngress } from "../../../src/chat/create-ingress.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import type { ChatPlatform } from "../../../src/rooms/platform/chat-platform.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { openSlackPlatform } from "../../support/open-slack-platform.ts";
import { startDiscordDouble } from "../../support/discord/discord-double.ts";
import { startSlackDouble } from "../../support/slack/slack-double.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { until } from "../../support/until.ts";
import { startDoor } from "../slack/door-stage.ts";

const log = silentLog;
const clock = systemClock;

let resources: AsyncDisposableStack;
let app: TestApp;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  app = await openTestApp();
  resources.defer(() => app.close());
  app.model.script({ text: ["Once upon ", "a time there was"], hangs: true });
});
afterEach(() => resources.disposeAsync());

function openParts(platform: ChatPlatform) {
  (app.scope.platforms as Map<string, ChatPlatform>).set(platform.platform, platform);
  resources.defer(() => platform.close());
  const desk = createCommandDesk({ ...app.control, secrets: undefined, log, operators: new Set() });
  return { ingress: createIngress(app.control), desk };
}

async function declined(): Promise<number> {
  const text = `select count(*)::int as n from turn where status = 'declined' and reason like 'Stopped by %'`;
  const [row] = await app.db.sql.rows<{ n: number }>({ name: "stopped_on_platform", text }, []);
  return row?.n ?? 0;
}

it("/stop in a Discord channel ends the answer that is being written in its thread", async () => {
  const double = await startDiscordDouble();
  resources.defer(() => double.close());
  const { token: botToken, api: apiUrl, cdn: cdnUrl } = double;
  const register = createMemoryRegister();
  const ana = double.addUser({ name: "ana", globalName: "Ana 🌸" }).id;
  const guild = double.addGuild({ name: "Garden", channels: ["general"] });
  double.addMember({ guild: guild.id, user: ana });
  const channel = guild.channels["general"] ?? "";
  const parts = openParts(createDiscordPlatform({ botToken, apiUrl, register, clock, log }));
  await app.work();
  const discord = { botToken, apiUrl, cdnUrl };
  const door = await startDiscordDoor({ discord, ...parts, register, log });
  resources.defer(() => door.close());
  await until(() => double.commands().length > 0);

  const { id: thread } = double.say({
    channel,
    user: ana,
    mentions: [double.botId],
    text: "A tale!",
  });
  const answers = () =>
    double.requests.some(({ route }) => route.endsWith("/threads"))
      ? double
          .visibleMessages({ channel: thread })
          .filter(({ authorId, system }) => authorId === double.botId && !system)
      : [];
  await until(() => answers().some(({ content }) => content.includes("is writing")));
  double.interact({ type: "command", name: "stop", channel, user: ana });
  await until(async () => (await declined()) === 1);
  expect(answers().map(({ content }) => content)).toEqual([`<@${ana}> Stopped by Ana 🌸.`]);
  const said = () =>
    double.visibleMessages({ channel }).filter(({ authorId }) => authorId === double.botId);
  await until(() => said().some(({ content }) => content.includes("1 answer was ended")));
  expect(double.violations).toEqual([]);
});

it("/stop in a Slack channel ends the answer that is being written in its thread", async () => {
  const double = await startSlackDouble();
  resources.defer(() => double.close());
  const workspace = double.addWorkspace();
  const { apiUrl } = double;
  const parts = openParts(openSlackPlatform({ botToken: workspace.token, apiUrl }));
  await app.work();
  const door = await startDoor(double, workspace, { mode: "socket", ...parts });
  resources.defer(() => door.close());

  const { ts } = double.say({ channel: "general", user: "ana", mention: true, text: "A tale!" });
  const answers = () => double.appMessages("general", ts).map(({ text }) => text);
  await until(() => answers().some((text) => text.includes("Once upon")));
  await double.command({ channel: "general", user: "ben", command: "/stop" });
  await until(async () => (await declined()) === 1);
  expect(answers()).toEqual(["Stopped by ben."]);
  await double.until("said", () => double.appMessages("general").length > 0);
  expect(double.appMessages("general")[0]?.text).toContain("1 answer was ended");
  expect(double.violations).toEqual([]);
});
