import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workspace } from "../../support/slack/world.ts";
import { openWorkspacesStage, type WorkspacesStage } from "./workspaces-stage.ts";

const SHARED = "C0SHARED";

describe("two Slack workspaces of one product", () => {
  let stage: WorkspacesStage;
  let acme: Workspace;
  let globex: Workspace;

  beforeAll(async () => {
    stage = await openWorkspacesStage({ single: true });
    acme = await stage.addInstalled("Acme");
    globex = await stage.addInstalled("Globex");
    for (const workspace of [acme, globex]) {
      stage.double.addPerson(workspace, { name: "kim", id: "U0KIM" });
      stage.double.addChannel(workspace, "shared", { id: SHARED });
    }
  });
  afterAll(() => stage.close());

  const ask = ({ teamId: team }: Workspace, text: string) =>
    stage.double.say({ team, channel: SHARED, user: "kim", mention: true, text });
  /** What the app has posted in the channel, in this workspace alone. */
  const answers = ({ channels, bot }: Workspace) =>
    channels.get(SHARED)?.messages.filter(({ botId }) => botId === bot.botId) ?? [];
  const tokensOf = (since: number) =>
    stage.double.calls.slice(since).map(({ teamId, method }) => ({ teamId, method }));

  it("keep apart what is said in channels and by people of the same ids", async () => {
    ask(acme, "the secret of Acme");
    ask(globex, "the secret of Globex");
    await stage.allEnded();
    expect(answers(acme).map(({ text }) => text)).toEqual([expect.stringContaining("of Acme")]);
    expect(answers(globex).map(({ text }) => text)).toEqual([expect.stringContaining("of Globex")]);
    const rooms = await stage.rows<{ key: string; team: string; people: string[] }>(
      `select r.key, w.external_id as team, array_agg(distinct p.id::text) as people
       from room r join workspace w on w.id = r.workspace_id join message m on m.room_id = r.id
       join person p on p.id = m.person_id group by r.key, w.external_id`,
    );
    expect(rooms).toHaveLength(2);
    for (const { key, team } of rooms)
      expect(key).toMatch(new RegExp(`^slack:${team}\\.${SHARED}:`));
    expect(new Set(rooms.flatMap(({ people }) => people)).size).toBe(2);
    const prompts = await stage.rows<{ text: string; team: string }>(
      `select m.text, w.external_id as team from message m join room r on r.id = m.room_id
       join workspace w on w.id = r.workspace_id where m.agent_id is not null`,
    );
    for (const { text, team } of prompts) {
      expect(text).not.toContain(team === acme.teamId ? "Globex" : "Acme");
    }
  });

  it("are called with their own token each, and with no other", async () => {
    const since = stage.double.calls.length;
    ask(globex, "whose token is this?");
    await stage.allEnded();
    const posts = tokensOf(since).filter(({ method }) => method === "chat.postMessage");
    expect(posts).toEqual([{ teamId: globex.teamId, method: "chat.postMessage" }]);
    const toldTo = (words: RegExp) => {
      const told = stage.double.calls.filter(({ args }) => words.test(JSON.stringify(args)));
      return new Set(told.map(({ teamId }) => teamId));
    };
    expect(toldTo(/secret of Acme/)).toEqual(new Set([acme.teamId]));
    expect(toldTo(/secret of Globex/)).toEqual(new Set([globex.teamId]));
  });

  it("know reactions by workspace too", async () => {
    const [{ ts } = { ts: "" }] = answers(acme);
    const { ts: question } = ask(globex, "and this?");
    const place = { channel: SHARED, user: "kim", name: "+1" };
    stage.double.react({ ...place, team: globex.teamId, ts: question });
    stage.double.react({ ...place, team: acme.teamId, ts });
    await stage.allEnded();
    const given = await stage.rows<{ team: string }>(
      `select w.external_id as team from feedback f join person p on p.id = f.person_id
       join workspace w on w.id = p.workspace_id`,
    );
    expect(given).toEqual([{ team: acme.teamId }]);
  });

  it("are told apart in a shared channel by where the app hears it, not by who wrote it", async () => {
    const { ts } = ask(acme, "hello");
    await stage.allEnded();
    const delivery = stage.double.deliveries.find(({ event }) => event["ts"] === ts);
    const direct = stage.double.deliverTo(`${stage.web}/slack/events`);
    const written = {
      ...delivery?.body,
      event_id: "Ev0SHARED",
      team_id: globex.teamId,
      authorizations: [{ team_id: acme.teamId, is_bot: true }],
      event: { ...delivery?.event, ts: "1731583511.412919", text: `<@${acme.bot.userId}> shared` },
    };
    expect(await direct.sendRaw({ body: JSON.stringify(written) })).toMatchObject({ status: 200 });
    const rooms = await stage.rows<{ key: string }>(
      "select r.key from room r join message m on m.room_id = r.id where m.external_id = '1731583511.412919'",
    );
    expect(rooms.map(({ key }) => key.split(".")[0])).toEqual([`slack:${acme.teamId}`]);
    await stage.allEnded();
  });

  it("leave no trace of a workspace that is not installed, however well its events are signed", async () => {
    const stranger = stage.double.addWorkspace({ name: "Stranger" });
    const since = stage.double.calls.length;
    stage.double.say({
      team: stranger.teamId,
      channel: "general",
      user: "ana",
      text: "hi",
      mention: true,
    });
    await stage.allEnded();
    const receipt = await stage.double.command({
      team: stranger.teamId,
      channel: "general",
      user: "ana",
      command: "/agent",
    });
    expect(receipt).toMatchObject({ response: { text: expect.stringContaining("not installed") } });
    expect(await stage.stored(stranger)).toBeUndefined();
    expect(tokensOf(since).filter(({ teamId }) => teamId === stranger.teamId)).toEqual([]);
    expect(await stage.platform.closedReason(stranger.teamId)).toContain("/slack/install");
  });

  it("cost the same with ten thousand channels: none are ever listed", async () => {
    stage.double.addManyChannels(acme, 10_000);
    const since = stage.double.calls.length;
    ask(acme, "in a crowd");
    await stage.allEnded();
    const methods = stage.double.calls.map(({ method }) => method);
    expect(methods.filter((method) => /(?:\.list|users\.conversations)$/.test(method))).toEqual([]);
    expect(tokensOf(since).length).toBeLessThan(12);
  });

  it.each(["none", "wrong", "stale", "future"] as const)(
    "take nothing that is signed %s, and store nothing",
    async (signature) => {
      const count = () => stage.rows("select 1 from message");
      const before = (await count()).length;
      const [delivery] = stage.double.deliveries;
      const event = { ...delivery?.event, ts: "1731583599.000001" };
      const body = JSON.stringify({ ...delivery?.body, event, event_id: `Ev0${signature}` });
      const direct = stage.double.deliverTo(`${stage.web}/slack/events`);
      expect(await direct.sendRaw({ body, signature })).toEqual({ status: 401, text: "" });
      expect((await count()).length).toBe(before);
    },
  );
});
