import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLog } from "../../../src/base/log.ts";
import { createCommandDesk } from "../../../src/chat/commands/command-desk.ts";
import { createIngress } from "../../../src/chat/create-ingress.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { startDiscordDouble } from "../../support/discord/discord-double.ts";
import { type ImprovementStage, openImprovementStage } from "../../support/improvement-stage.ts";
import { startSlackDouble } from "../../support/slack/slack-double.ts";
import type { TestApp } from "../../support/test-app.ts";
import { until } from "../../support/until.ts";
import { startDoor } from "../slack/door-stage.ts";

const log = silentLog;

let resources: AsyncDisposableStack;
let stage: ImprovementStage;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  stage = await openImprovementStage();
  resources.defer(() => stage.app.close());
  await stage.weakAgent("desk");
  await stage.weakAgent("shop");
  await stage.sweep();
});
afterEach(() => resources.disposeAsync());

const partsOf = (app: TestApp, operator: string) => ({
  ingress: createIngress(app.control),
  desk: createCommandDesk({
    ...app.control,
    secrets: undefined,
    log,
    operators: new Set([operator]),
  }),
});
const idOf = async (slug: string) => (await stage.listed(slug))[0]?.id ?? "";
const statusOf = async (slug: string) => (await stage.listed(slug))[0]?.status;
const deciderOf = async (slug: string) => {
  const query = `{ improvements(agent: "${slug}") { decidedBy } }`;
  return (await stage.door.ask<{ improvements: { decidedBy: string }[] }>(query)).improvements[0];
};

async function openSlack() {
  const double = await startSlackDouble();
  resources.defer(() => double.close());
  // `root` runs the workspace, and is no operator all the same.
  const workspace = double.addWorkspace({ people: ["ana", "ben", "root"], admins: ["root"] });
  const ben = [...workspace.people.values()].find(({ name }) => name === "ben")?.id;
  const operator = `slack:${workspace.teamId}.${ben}`;
  for (const app of [stage.app, stage.other]) {
    const parts = partsOf(app, operator);
    const door = await startDoor(double, workspace, { mode: "socket", ...parts });
    resources.defer(() => door.close());
  }
  const told = (user: string) => double.ephemerals("general", user);
  const say = async (user: string, text: string) => {
    const before = new Set(told(user).map(({ ts }) => ts));
    const command = { channel: "general", user, command: "/behavior", text };
    await double.command(command);
    const fresh = () => told(user).find(({ ts }) => !before.has(ts));
    await double.until(text, () => fresh() !== undefined);
    return fresh();
  };
  const pick = (user: string, ts: string, option: string) => {
    const menu = told("ben").find((message) => message.ts === ts)?.buttons[0];
    return double.press({
      channel: "general",
      ts,
      actionId: menu?.actionId ?? "",
      user,
      option,
    });
  };
  return { double, operator, told, say, pick };
}

it("in Slack a listed operator approves and dismisses from a menu that nobody else sees", async () => {
  const { double, operator, told, say, pick } = await openSlack();
  const list = await say("ben", "improvements");
  expect(list?.text).toContain("desk_poor");
  expect(list?.text).toContain("8 of 20 tasks (40 %)");
  expect(list?.text).toContain("95 of 100 tasks (95 %)");
  await pick("ben", list?.ts ?? "", `approve ${await idOf("desk")}`);
  expect(await double.sendAgain()).toMatchObject({ acked: true });
  await double.until("approved", () => told("ben").some(({ text }) => text.startsWith("Approved")));
  expect(await stage.behaviorOf("desk")).toBe("desk_good");
  expect(await deciderOf("desk")).toEqual({ decidedBy: `ben (${operator})` });

  const next = told("ben").find(({ text }) => text.startsWith("Approved"));
  expect(next?.text).toContain("shop_good");
  expect(next?.text).not.toContain("desk_poor");
  await pick("ben", next?.ts ?? "", `dismiss ${await idOf("shop")}`);
  await double.until("dismissed", () =>
    told("ben").some(({ text }) => text.startsWith("Dismissed")),
  );
  expect(await statusOf("shop")).toBe("DISMISSED");
  expect(await stage.behaviorOf("shop")).toBe("shop_poor");
  expect((await say("ben", "improvements"))?.text).toBe("No improvement waits for a decision.");
  // The press that came twice was answered once, and that answer's menu is used up.
  expect(told("ben").filter(({ text }) => /^Approved|already/.test(text))).toEqual([]);
  expect([...told("ana"), ...told("root"), ...double.appMessages("general")]).toEqual([]);
  expect(double.violations).toEqual([]);
});

it("in Slack nobody else learns of suggestions or decides them, though they run the workspace", async () => {
  const { double, told, say, pick } = await openSlack();
  for (const user of ["ana", "root"]) {
    for (const words of ["improvements", "improvements approve desk"]) {
      const refused = await say(user, words);
      expect(refused?.text).toBe(
        "You may not use /behavior improvements here: listed operators may.",
      );
    }
  }
  const list = await say("ben", "improvements");
  const before = told("root").length;
  await pick("root", list?.ts ?? "", `approve ${await idOf("desk")}`);
  await double.until("refused", () => told("root").length > before);
  expect(told("root").at(-1)?.text).toContain("listed operators may");
  expect(await statusOf("desk")).toBe("SUGGESTED");
  expect(JSON.stringify(told("root"))).not.toContain("desk_");
});

it("in Slack what was decided meanwhile is said so, and decides nothing else", async () => {
  const { double, told, say, pick } = await openSlack();
  const list = await say("ben", "improvements");
  const id = await idOf("desk");
  await stage.approve(id);
  await pick("ben", list?.ts ?? "", `dismiss ${id}`);
  await double.until("told", () => told("ben").some(({ text }) => text.includes("already")));
  expect(told("ben").at(-1)?.text).toBe("The improvement is in force already, decided by ola.");
  expect(await statusOf("desk")).toBe("WATCHED");
  expect((await say("ben", "improvements dismiss @desk"))?.text).toContain(
    "Nothing is suggested for desk.",
  );
  for (const words of ["approve", "shop", "approve shop now", "approve 'or 1=1", "aprove shop"]) {
    const answer = await say("ben", `improvements ${words}`);
    expect(answer?.text).toMatch(/Write it as|Nothing is suggested/);
  }
  expect(await statusOf("shop")).toBe("SUGGESTED");
  expect((await say("ben", "improvements Approve @shop"))?.text).toMatch(/^Approved: .*shop/);
  expect(await stage.behaviorOf("shop")).toBe("shop_good");
});

it("in Slack a list of the longest names fits into one message with its menu", async () => {
  const { double, say } = await openSlack();
  const long = "n".repeat(59);
  for (let i = 0; i < 9; i++) {
    await stage.app.db.em().execute(
      `with a as (insert into agent (id, slug, name, role, system_prompt, version, created_at, updated_at)
         values (gen_random_uuid(), ?, 'x', 'generalist', 'x', 1, now(), now()) returning id)
       insert into improvement (id, agent_id, status, from_behavior_name, from_uses, from_successes,
         to_behavior_name, to_uses, to_successes, created_by, created_at)
       select gen_random_uuid(), id, 'suggested', ?, 1000000, 400000, ?, 1000000, 900000, 'system', now() from a`,
      [`${"a".repeat(38)}-${i}`, `${long}_poor`, `${long}_good`],
    );
  }
  const list = await say("ben", "improvements");
  expect(list?.text).toContain("and 4 more after these");
  expect(list?.buttons).toHaveLength(1);
  expect(double.violations).toEqual([]);
});

it("in Discord a listed operator decides from a menu, in private too, and nobody else", async () => {
  const double = await startDiscordDouble();
  resources.defer(() => double.close());
  const { token: botToken, api: apiUrl, cdn: cdnUrl } = double;
  const guild = double.addGuild({ name: "Garden", channels: ["general"] });
  const addMember = (name: string, roles: string[] = []) => {
    const user = double.addUser({ name }).id;
    double.addMember({ guild: guild.id, user, roles });
    return user;
  };
  const role = double.addRole({ guild: guild.id, name: "all", permissions: ["ADMINISTRATOR"] }).id;
  const [op, admin] = [addMember("op"), addMember("admin", [role])];
  const channel = guild.channels["general"] ?? "";
  for (const app of [stage.app, stage.other]) {
    const door = await startDiscordDoor({
      discord: { botToken, apiUrl, cdnUrl },
      ...partsOf(app, `discord:${op}`),
      register: createMemoryRegister(),
      log,
    });
    resources.defer(() => door.close());
  }
  await until(() => double.commands().length > 0);
  const answerTo = async (asked: { id: string }, isDone: (text: string) => boolean) => {
    const original = () => double.interaction(asked).original;
    await until(() => isDone(original()?.content ?? ""));
    return original();
  };
  const list = (user: string, where = channel) =>
    double.interact({
      type: "command",
      name: "behavior",
      subcommand: "improvements",
      channel: where,
      user,
    });
  const refused = "You may not use /behavior improvements here: listed operators may.";
  const isSaid = (text: string) => text !== "";
  const dm = double.openDm({ user: admin }).id;
  // In private a person runs the room, and is no operator all the same.
  for (const where of [channel, dm]) {
    expect(await answerTo(list(admin, where), isSaid)).toMatchObject({ content: refused });
  }

  const shown = await answerTo(list(op), isSaid);
  expect(shown).toMatchObject({ ephemeral: true });
  expect(shown?.content).toContain("8 of 20 tasks (40 %)");
  const pick = (decision: string, message: typeof shown, where = channel) => {
    const row = message?.components?.[0] as unknown as { components: { custom_id: string }[] };
    const customId = row.components[0]?.custom_id ?? "";
    const values = [decision];
    return double.interact({
      type: "select",
      channel: where,
      user: op,
      message: message?.id ?? "",
      customId,
      values,
    });
  };
  const approved = pick(`approve ${await idOf("desk")}`, shown);
  const rest = await answerTo(approved, (text) => text.startsWith("Approved"));
  expect(rest?.content).toContain("shop_good");
  expect(await stage.behaviorOf("desk")).toBe("desk_good");
  expect(await deciderOf("desk")).toEqual({ decidedBy: `op (discord:${op})` });
  const own = double.openDm({ user: op }).id;
  const inPrivate = await answerTo(list(op, own), isSaid);
  const dismissed = pick(`dismiss ${await idOf("shop")}`, inPrivate, own);
  await answerTo(dismissed, (text) => text.includes("No improvement waits"));
  expect(await statusOf("shop")).toBe("DISMISSED");
  expect(double.visibleMessages({ channel })).toEqual([]);
  expect(double.violations).toEqual([]);
});
