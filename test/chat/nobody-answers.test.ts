import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { createIngress } from "../../src/chat/create-ingress.ts";
import { startDiscordDoor } from "../../src/chat/discord/discord-door.ts";
import { createDiscordPlatform } from "../../src/chat/discord/discord-platform.ts";
import { tellLeftUnheard } from "../../src/chat/tell-unheard.ts";
import type { ChatPlatform } from "../../src/rooms/chat-platform.ts";
import { statement } from "../../src/store/sql.ts";
import { createMemoryDesk } from "../fakes/memory-desk.ts";
import { createQuietPlatform } from "../fakes/quiet-platform.ts";
import { createMemoryRegister } from "../fakes/memory-register.ts";
import { startDiscordDouble } from "../support/discord/discord-double.ts";
import { openSlackPlatform } from "../support/open-slack-platform.ts";
import { startSlackDouble } from "../support/slack/slack-double.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";
import { startDoor } from "./slack/door-stage.ts";

const NOBODY = /^No agent is in this room, so nobody answers\. `\/agent list`.+`\/agent invite`/;
const MINUTE_MS = 60_000;
const MESSAGES = statement(
  "test_messages",
  `select m.text, (select count(*)::int from turn t where t.message_id = m.id) as turns
   from message m order by m.seq`,
);

describe("a mention where there is no agent at all", () => {
  const resources = new AsyncDisposableStack();
  let app: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    app = await openTestApp();
    resources.defer(() => app.close());
    await app.db.em().execute("update workspace set default_agent_id = null");
    other = await app.join();
  });
  afterAll(() => resources.disposeAsync());

  const stored = (text: string) =>
    until(async () =>
      (await app.db.sql.rows<{ text: string }>(MESSAGES, [])).some((row) =>
        row.text.includes(text),
      ),
    );

  /** Two processes, each with a platform and a door of its own. */
  function twice(connect: () => ChatPlatform) {
    return [app, other].map((process) => {
      const platform = connect();
      resources.defer(() => platform.close());
      (process.control.platforms as Map<string, ChatPlatform>).set(platform.platform, platform);
      return createIngress(process.control);
    });
  }

  it("is told so in Slack, to the writer alone and once for each message", async () => {
    const double = await startSlackDouble();
    resources.defer(() => double.close());
    const workspace = double.addWorkspace({ people: ["ana", "ben"] });
    const { apiUrl } = double;
    const connect = () => openSlackPlatform({ botToken: workspace.token, apiUrl });
    for (const ingress of twice(connect)) {
      const door = await startDoor(double, workspace, { mode: "socket", ingress });
      resources.defer(() => door.close());
    }
    const { channel } = double.say({ channel: "general", user: "ana", text: "hi", mention: true });
    await until(() => double.ephemerals(channel, "ana").length === 1);
    expect(double.ephemerals(channel, "ana")[0]?.text).toMatch(NOBODY);
    const eventIds = double.deliveries.map(({ eventId }) => eventId);
    for (const eventId of eventIds) await double.redeliver(eventId);
    double.say({ channel: "general", user: "ana", text: "only talk" });
    double.say({ channel: "general", user: "ben", text: "and again", mention: true });
    await until(() => double.ephemerals(channel, "ben").length === 1);
    expect(double.ephemerals(channel, "ana")).toHaveLength(1);
    expect(double.appMessages(channel)).toEqual([]);
    expect(double.callsOf("chat.postEphemeral")[0]?.args).not.toHaveProperty("username");
    expect(double.violations).toEqual([]);
  });

  it("is told so in Discord, in private and once for each message", async () => {
    const double = await startDiscordDouble();
    resources.defer(() => double.close());
    const guild = double.addGuild({ name: "Garden", channels: ["general"] });
    const ana = double.addUser({ name: "ana" }).id;
    double.addMember({ guild: guild.id, user: ana });
    const general = guild.channels["general"] ?? "";
    const discord = { botToken: double.token, apiUrl: double.api, cdnUrl: double.cdn };
    const parts = { register: createMemoryRegister(), log: silentLog };
    const connect = () => createDiscordPlatform({ ...discord, ...parts, clock: systemClock });
    for (const ingress of twice(connect)) {
      const door = await startDiscordDoor({
        discord,
        ...parts,
        ingress,
        desk: createMemoryDesk(),
      });
      resources.defer(() => door.close());
    }
    const dm = double.openDm({ user: ana }).id;
    const inPrivate = () => double.visibleMessages({ channel: dm }).map(({ content }) => content);
    double.say({ channel: general, user: ana, text: "first", mentions: [double.botId] });
    await until(() => inPrivate().length === 1);
    expect(inPrivate()[0]).toMatch(NOBODY);
    double.say({ channel: general, user: ana, text: "only talk" });
    double.say({ channel: general, user: ana, text: "second", mentions: [double.botId] });
    await stored("second");
    await until(() => inPrivate().length === 2);

    double.closeDms({ user: ana });
    const asked = double.say({
      channel: general,
      user: ana,
      text: "third",
      mentions: [double.botId],
    });
    const answers = () =>
      double
        .visibleMessages({ channel: general })
        .filter(({ authorId, replyTo }) => authorId === double.botId && replyTo === asked.id);
    await until(() => answers().length === 1);
    expect(answers()[0]?.content).toMatch(NOBODY);
    expect(inPrivate()).toHaveLength(2);
    expect(double.violations).toEqual([]);
  });

  it("is told by a worker, once, where the process died between storing the message and telling", async () => {
    const double = await startSlackDouble();
    resources.defer(() => double.close());
    const workspace = double.addWorkspace({ people: ["cid"] });
    const { id: channel } = double.addChannel(workspace, "quiet");
    const cid = [...workspace.people.values()].find(({ name }) => name === "cid")?.id ?? "";
    const dying = createQuietPlatform("slack", { tellPrivately: () => new Promise(() => {}) });
    const ingress = createIngress({ ...app.control, platforms: new Map([["slack", dying]]) });
    const roomKey = `slack:${workspace.teamId}.${channel}`;
    const person = { externalId: cid, name: "cid" };
    // The first one of a writer is received in another way than those that begin a thread later.
    for (const text of ["anybody?", "nobody?"]) {
      const { ts: externalId } = double.say({ channel, user: "cid", text });
      const ownThread = `${roomKey}:${externalId}`;
      await ingress.message({ roomKey, person, text, externalId, ownThread, toBot: true });
    }
    const { apiUrl } = double;
    const workers = [app, other].map(({ control }) => {
      const platform = openSlackPlatform({ botToken: workspace.token, apiUrl });
      resources.defer(() => platform.close());
      const platforms = new Map([["slack" as const, platform]]);
      return { ...control, clock: app.clock, platforms };
    });
    const look = () => Promise.all([...workers, ...workers].map(tellLeftUnheard));
    const told = () => double.ephemerals(channel, "cid").map(({ text }) => text);
    await look();
    expect(told()).toEqual([]);
    app.clock.advance(6 * MINUTE_MS);
    await look();
    await look();
    expect(told()).toEqual([expect.stringMatching(NOBODY), expect.stringMatching(NOBODY)]);
    expect(double.violations).toEqual([]);
  });

  it("stands in its room without a turn", async () => {
    const rows = await app.db.sql.rows<{ turns: number }>(MESSAGES, []);
    expect(rows.length).toBeGreaterThanOrEqual(5);
    expect(rows.every(({ turns }) => turns === 0)).toBe(true);
  });
});
