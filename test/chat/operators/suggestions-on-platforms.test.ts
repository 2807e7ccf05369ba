import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog as log } from "../../../src/base/log.ts";
import { createIngress } from "../../../src/chat/create-ingress.ts";
import { createPresses } from "../../../src/chat/create-presses.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import { tellOperators } from "../../../src/chat/operators/tell-operators.ts";
import { startSlackDoor } from "../../../src/chat/slack/slack-door.ts";
import type { ChatPlatform } from "../../../src/rooms/chat-platform.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { startDiscordDouble } from "../../support/discord/discord-double.ts";
import { type ImprovementStage, openImprovementStage } from "../../support/improvement-stage.ts";
import { openSlackPlatform } from "../../support/open-slack-platform.ts";
import { startSlackDouble } from "../../support/slack/slack-double.ts";
import type { TestApp } from "../../support/test-app.ts";
import { until } from "../../support/until.ts";

const MINUTE_MS = 60_000;
const register = createMemoryRegister();

let resources: AsyncDisposableStack;
let stage: ImprovementStage;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  stage = await openImprovementStage();
  resources.defer(() => stage.app.close());
  await stage.weakAgent("desk");
  await stage.sweep();
});
afterEach(() => resources.disposeAsync());

const statusOf = async (slug: string) => (await stage.listed(slug))[0]?.status;
const idOf = async (slug: string) => (await stage.listed(slug))[0]?.id ?? "";

/** What a process does each quarter of a minute, and what its door does with presses. */
function join(app: TestApp, platform: ChatPlatform, { room, operator }: Room) {
  const platforms = new Map([[platform.platform, platform]]);
  const scope = { ...app.control, clock: stage.app.clock, platforms, log };
  return {
    tell: () => tellOperators(scope, room),
    door: {
      ingress: createIngress(app.control),
      presses: createPresses({ ...scope, operators: new Set([operator]) }),
      desk: createMemoryDesk(),
      register,
      log,
    },
  };
}
type Room = { room: string; operator: string };

async function openSlack() {
  const double = await startSlackDouble();
  resources.defer(() => double.close());
  const workspace = double.addWorkspace({ people: ["ana", "ben"] });
  const channel = double.addChannel(workspace, "operators");
  const ben = [...workspace.people.values()].find(({ name }) => name === "ben")?.id ?? "";
  const operator = `slack:${workspace.teamId}.${ben}`;
  const room = `slack:${workspace.teamId}.${channel.id}`;
  const { apiUrl } = double;
  const botToken = workspace.token;
  const open = (app: TestApp) => {
    const platform = openSlackPlatform({ botToken, apiUrl });
    resources.defer(() => platform.close());
    return join(app, platform, { room, operator });
  };
  const processes = [open(stage.app), open(stage.other)] as const;
  const { appToken, signingSecret } = double.app;
  const door = await startSlackDoor({
    slack: { botToken, appToken, signingSecret, mode: "socket", apiUrl, oauth: undefined },
    ...processes[0].door,
    pingTimeoutsMs: [2000, 2500],
  });
  resources.defer(() => door.close());
  const posted = () => double.appMessages(channel.id);
  const press = (user: string, label: string) => {
    const [message] = posted();
    const actionId = message?.buttons.find(({ text }) => text === label)?.actionId ?? "";
    return double.press({ channel: channel.id, ts: message?.ts ?? "", user, actionId });
  };
  const told = (user: string) => double.ephemerals(channel.id, user).map(({ text }) => text);
  return { double, processes, posted, press, told, operator };
}

it("in Slack a suggestion is posted once, decided by a listed operator alone, and closed", async () => {
  const { double, processes, posted, press, told, operator } = await openSlack();
  await Promise.all([...processes, ...processes].map(({ tell }) => tell()));
  expect(posted()).toHaveLength(1);
  expect(posted()[0]?.text).toContain("desk_poor → desk_good");
  expect(posted()[0]?.text).toContain("8 of 20 tasks (40 %)");
  expect(posted()[0]?.buttons.map(({ text }) => text)).toEqual(["Approve", "Dismiss"]);

  await press("ana", "Approve");
  await until(() => told("ana").length === 1);
  expect(told("ana")).toEqual(["Only listed operators decide this."]);
  expect(await statusOf("desk")).toBe("SUGGESTED");

  await press("ben", "Approve");
  await until(() => posted()[0]?.buttons.length === 0);
  expect(posted().map(({ text }) => text)).toEqual([
    `✅ ben (${operator}) approved: desk: desk_poor → desk_good`,
  ]);
  expect(await statusOf("desk")).toBe("WATCHED");
  expect(await stage.behaviorOf("desk")).toBe("desk_good");
  await processes[1].tell();
  expect(posted()).toHaveLength(1);
  expect(double.violations).toEqual([]);
});

it("a process that dies after it posted doubles nothing, and a decision elsewhere closes the message", async () => {
  const { processes, posted } = await openSlack();
  stage.app.sql.hook((name) => {
    if (name === "notice_told") throw new Error("the process dies");
  });
  await processes[0].tell();
  expect(posted()).toHaveLength(1);
  // While the dead one may still be at it, nobody else posts.
  await processes[1].tell();
  expect(posted()).toHaveLength(1);
  stage.app.clock.advance(6 * MINUTE_MS);
  await processes[1].tell();
  expect(posted()).toHaveLength(1);

  const id = await idOf("desk");
  await stage.door.ask(`mutation { dismissImprovement(id: "${id}") { status } }`);
  await processes[1].tell();
  expect(posted().map(({ text, buttons }) => [text, buttons.length])).toEqual([
    ["🚫 ola dismissed: desk: desk_poor → desk_good", 0],
  ]);
});

it("a room that the app is not in is tried again, and told of once it is", async () => {
  const { double, processes, posted } = await openSlack();
  const fault = { kind: "error" as const, error: "not_in_channel" };
  double.faults.add({ method: "chat.postMessage", fault, times: 1 });
  await processes[0].tell();
  expect(posted()).toEqual([]);
  stage.app.clock.advance(6 * MINUTE_MS);
  await processes[1].tell();
  expect(posted()).toHaveLength(1);
});

it("a suggestion from before the room was configured is posted there while it is open", async () => {
  const { processes, posted } = await openSlack();
  const scope = { ...stage.app.control, clock: stage.app.clock, platforms: new Map(), log };
  await tellOperators(scope, undefined);
  expect(posted()).toEqual([]);
  await Promise.all(processes.map(({ tell }) => tell()));
  expect(posted().map(({ buttons }) => buttons.length)).toEqual([2]);
});

it("in Discord a listed operator decides by the buttons, and nobody else", async () => {
  const double = await startDiscordDouble();
  resources.defer(() => double.close());
  const guild = double.addGuild({ name: "Garden", channels: ["operators"] });
  const channel = guild.channels["operators"] ?? "";
  const [ana = "", ben = ""] = ["ana", "ben"].map((name) => {
    const { id } = double.addUser({ name, globalName: name });
    double.addMember({ guild: guild.id, user: id });
    return id;
  });
  const operator = `discord:${ben}`;
  const room = `discord:${guild.id}.${channel}`;
  const discord = { botToken: double.token, apiUrl: double.api, cdnUrl: double.cdn };
  const platform = createDiscordPlatform({ ...discord, register, clock: systemClock, log });
  resources.defer(() => platform.close());
  const { tell, door: parts } = join(stage.app, platform, { room, operator });
  const door = await startDiscordDoor({ discord, ...parts });
  resources.defer(() => door.close());

  await Promise.all([tell(), tell()]);
  const posted = () => double.visibleMessages({ channel });
  expect(posted()).toHaveLength(1);
  expect(posted()[0]?.content).toContain("`desk_poor` → `desk_good`");
  const id = await idOf("desk");
  const press = (user: string) =>
    double.interact({
      type: "button",
      channel,
      message: posted()[0]?.id ?? "",
      user,
      customId: `troupe:dismiss:${id}`,
    });
  const refused = press(ana);
  const words = () => double.interaction(refused).followUps.map(({ content }) => content);
  await until(() => words().length === 1);
  expect(words()).toEqual(["Only listed operators decide this."]);
  press(ben);
  await until(() => posted()[0]?.content.startsWith("🚫") ?? false);
  expect(posted()[0]?.components ?? []).toEqual([]);
  expect(await statusOf("desk")).toBe("DISMISSED");
  expect(double.violations).toEqual([]);
});
