import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLog as log } from "../../../src/base/log.ts";
import { createCommandDesk } from "../../../src/chat/commands/command-desk.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { startDiscordDouble } from "../../support/discord/discord-double.ts";
import { startSlackDouble } from "../../support/slack/slack-double.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { until } from "../../support/until.ts";
import { startDoor } from "../slack/door-stage.ts";

let resources: AsyncDisposableStack;
let app: TestApp;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  app = await openTestApp();
  resources.defer(() => app.close());
});
afterEach(() => resources.disposeAsync());

/** What the platform had heard when the command was about to be taken, and when it was. */
function watchClaim(isAcknowledged: () => boolean): boolean[] {
  const seen: boolean[] = [];
  app.sql.hook((name) => {
    if (name === "claim_command") seen.push(isAcknowledged());
  });
  return seen;
}

const openDesk = () =>
  createCommandDesk({ ...app.control, secrets: undefined, log, operators: new Set() });

it("a command in Discord is acknowledged once it is taken: of a process that dies before, Discord tells by itself", async () => {
  const double = await startDiscordDouble();
  resources.defer(() => double.close());
  const ana = double.addUser({ name: "ana" }).id;
  const guild = double.addGuild({ name: "Garden", channels: ["general"] });
  double.addMember({ guild: guild.id, user: ana });
  const { token: botToken, api: apiUrl, cdn: cdnUrl } = double;
  const door = await startDiscordDoor({
    discord: { botToken, apiUrl, cdnUrl },
    ingress: createMemoryIngress(),
    desk: openDesk(),
    register: createMemoryRegister(),
    log,
  });
  resources.defer(() => door.close());
  await until(() => double.commands().length > 0);
  const asked: { id: string }[] = [];
  const isAcknowledged = () =>
    asked.some((each) => double.interaction(each).answeredWith !== undefined);
  const seen = watchClaim(isAcknowledged);
  const channel = guild.channels["general"] ?? "";
  asked.push(double.interact({ type: "command", name: "help", channel, user: ana }));
  await until(() => asked.some((each) => double.interaction(each).original !== undefined));
  expect(seen).toEqual([false, false]);
  expect(double.violations).toEqual([]);
});

it("a command in Slack is acknowledged once it is taken: of a process that dies before, Slack tells by itself", async () => {
  const double = await startSlackDouble();
  resources.defer(() => double.close());
  const workspace = double.addWorkspace({ people: ["ana"] });
  const ingress = createMemoryIngress();
  const door = await startDoor(double, workspace, { mode: "socket", ingress, desk: openDesk() });
  resources.defer(() => door.close());
  let isAcknowledged = false;
  const seen = watchClaim(() => isAcknowledged);
  const sent = double
    .command({ channel: "general", user: "ana", command: "/help", text: "" })
    .then((receipt) => {
      isAcknowledged = true;
      return receipt;
    });
  await until(() => double.ephemerals("general", "ana").length > 0);
  expect(await sent).toMatchObject({ acked: true });
  expect(seen).toEqual([false, false]);
});
