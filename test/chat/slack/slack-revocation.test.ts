import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { createSecretBox } from "../../../src/base/secret-box.ts";
import { createSlackInbox } from "../../../src/chat/slack/events/slack-inbox.ts";
import { createSlackTeams } from "../../../src/chat/slack/api/slack-teams.ts";
import { createTeamInboxes } from "../../../src/chat/slack/events/team-inboxes.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import type { Workspace } from "../../support/slack/world.ts";
import { openWorkspacesStage, type WorkspacesStage } from "./workspaces-stage.ts";

const NEVER = {
  roomKey: "slack:T0.C0",
  person: { externalId: "U0", name: "nobody" },
  text: "never",
  externalId: "1.1",
};

describe("a Slack workspace whose token dies", () => {
  let stage: WorkspacesStage;
  let own: Workspace;
  beforeAll(async () => {
    stage = await openWorkspacesStage({ single: true });
    own = [...stage.double.world.workspaces.values()][0] as Workspace;
  });
  afterAll(() => stage.close());

  const ask = ({ teamId: team }: Workspace, text = "hello") =>
    stage.double.say({ team, channel: "general", user: "ana", mention: true, text });
  const turns = ({ teamId }: Workspace) =>
    stage.rows<{ status: string; reason: string | null }>(
      `select t.status, t.reason from turn t join conversation c on c.id = t.conversation_id
       join room r on r.id = c.room_id where r.key like $1 order by t.seq`,
      [`slack:${teamId}.%`],
    );
  const told = ({ teamId }: Workspace) =>
    stage.log.lines.filter(
      ({ level, fields }) => level === "error" && JSON.stringify(fields).includes(teamId),
    );

  it("by uninstalling is marked, told once, forgotten, and served again when it is reinstalled", async () => {
    const [acme, globex] = [await stage.addInstalled("Acme"), await stage.addInstalled("Globex")];
    ask(acme);
    await stage.allEnded();
    stage.double.uninstall(acme);
    await stage.double.settled();
    expect(await stage.stored(acme)).toMatchObject({ status: "revoked", credentials: null });
    expect(told(acme)).toHaveLength(1);
    expect(told(acme)[0]?.fields).toMatchObject({ externalId: acme.teamId, name: "Acme" });
    expect(await stage.platform.closedReason(acme.teamId)).toMatch(/removed from the workspace/);
    expect(await stage.stored(globex)).toMatchObject({ status: "active" });

    stage.double.decideInstall({ teamId: acme.teamId });
    expect((await stage.install()).status).toBe(200);
    const { channel, ts } = ask(acme, "back again");
    await stage.allEnded();
    expect(stage.double.appMessages(channel, ts)).toHaveLength(1);
    expect(await stage.stored(acme)).toMatchObject({ status: "active", status_reason: null });
  });

  it("is not marked by an old event that Slack sends again after the reinstallation", async () => {
    const acme = await stage.addInstalled("Acme");
    stage.double.uninstall(acme);
    await stage.double.settled();
    stage.double.decideInstall({ teamId: acme.teamId });
    await stage.install();
    for (const { eventId, event } of stage.double.deliveries.slice()) {
      if (/uninstalled|revoked/.test(String(event["type"]))) await stage.double.redeliver(eventId);
    }
    expect(await stage.stored(acme)).toMatchObject({ status: "active" });
  });

  it("is asked about again by Slack where Slack itself cannot say now", async () => {
    const acme = await stage.addInstalled("Acme");
    stage.double.faults.add({
      method: "auth.test",
      fault: { kind: "http", status: 503 },
      times: 1,
    });
    stage.double.uninstall(acme);
    await stage.double.settled();
    expect(await stage.stored(acme)).toMatchObject({ status: "revoked", credentials: null });
    expect(stage.double.deliveries.map(({ attempts }) => attempts.length)).toContain(2);
  });

  it.each(["token_revoked", "account_inactive", "invalid_auth"])(
    "which a call hears as %s ends its turns with the reason, without a storm of calls",
    async (error) => {
      const [acme, globex] = [await stage.addInstalled("Acme"), await stage.addInstalled("Globex")];
      const fault = { kind: "error" as const, error };
      stage.double.faults.add({ method: "*", fault, times: 10_000, teamId: acme.teamId });
      const since = stage.double.calls.length;
      for (const text of ["one", "two", "three", "four", "five", "six"]) {
        ask(acme, text);
        await stage.allEnded();
      }
      const used = stage.double.calls.slice(since).map(({ method }) => method);
      // One per process that holds the token, and one look whether Slack meant it.
      expect(used.length).toBeLessThanOrEqual(6);
      expect(await stage.stored(acme)).toMatchObject({
        status: "revoked",
        status_reason: expect.stringContaining(`(Slack: ${error})`),
      });
      expect(told(acme)).toHaveLength(1);
      for (const { status, reason } of await turns(acme)) {
        expect(status).toBe("failed");
        expect(reason).toMatch(/Install the app again/);
      }
      ask(globex, "and here?");
      await stage.allEnded();
      expect((await turns(globex)).at(-1)).toMatchObject({ status: "done" });
    },
  );

  it("gets no answer thought out that could not be said", async () => {
    const acme = await stage.addInstalled("Acme");
    const reason = "Closed for the test.";
    await stage.engine
      .openRegister()
      .revoked({ platform: "slack", externalId: acme.teamId }, { reason });
    stage.double.faults.add({
      method: "auth.test",
      fault: { kind: "error", error: "token_revoked" },
      teamId: acme.teamId,
    });
    const ingress = stage.engine.openIngress();
    await ingress.message({
      roomKey: `slack:${acme.teamId}.C0LATE`,
      person: { externalId: "U0ANA", name: "ana" },
      text: "<@sage> hello",
      externalId: "1731583511.000100",
      toBot: true,
    });
    await stage.allEnded();
    const steps = await stage.rows<{ kind: string; status: string; output: { reason?: string } }>(
      `select s.kind, s.status, s.output from turn_step s join turn t on t.id = s.turn_id
       where t.reason = $1 order by s.part, s.index`,
      [reason],
    );
    expect(steps.map(({ kind }) => kind)).toEqual(["deliver", "remember", "record"]);
    expect(steps[0]).toMatchObject({ status: "failed", output: { reason } });
  });

  it("only for a while is served again with its next event", async () => {
    const acme = await stage.addInstalled("Acme");
    stage.double.setTokenState(acme, "token_revoked");
    ask(acme, "lost");
    await stage.allEnded();
    expect(await stage.stored(acme)).toMatchObject({ status: "revoked" });
    stage.double.setTokenState(acme, "active");
    const { channel, ts } = ask(acme, "found");
    await stage.allEnded();
    expect(stage.double.appMessages(channel, ts)).toHaveLength(1);
    expect(await stage.stored(acme)).toMatchObject({ status: "active", status_reason: null });
  });

  it("and which the process was given is marked too, without a storm of calls", async () => {
    expect(await stage.stored(own)).toMatchObject({ status: "active", credentials: null });
    ask(own);
    await stage.allEnded();
    stage.double.setTokenState(own, "account_inactive");
    const since = stage.double.calls.length;
    for (const text of ["one", "two", "three"]) {
      ask(own, text);
      await stage.allEnded();
    }
    expect(stage.double.calls.length - since).toBeLessThanOrEqual(4);
    expect(await stage.stored(own)).toMatchObject({
      status: "revoked",
      status_reason: expect.stringContaining("SLACK_BOT_TOKEN"),
    });
    expect((await turns(own)).map(({ status }) => status)).toEqual([
      "done",
      "failed",
      "failed",
      "failed",
    ]);
  });

  it("and which the process was given ends the start, and marks its workspace", async () => {
    stage.double.setTokenState(own, "token_revoked");
    await expect(stage.openWeb()).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await stage.stored(own)).toMatchObject({ status: "revoked" });
  });

  it("is not the same as one whose token was encrypted with another key", async () => {
    const acme = await stage.addInstalled("Acme");
    const key = Buffer.alloc(32, 9).toString("base64");
    const register = stage.engine.openRegister(stage.log, createSecretBox(key));
    const { apiUrl } = stage.double;
    const clock = systemClock;
    const teams = createSlackTeams({ slack: { apiUrl }, register, clock, log: stage.log });
    const ingress = createMemoryIngress();
    const inboxes = createTeamInboxes({
      teams,
      log: stage.log,
      open: () =>
        createSlackInbox({
          handle: () => ingress.message(NEVER),
          interactions: [],
          log: stage.log,
        }),
    });
    const since = stage.double.calls.length;
    const event = { type: "message", event_ts: "1.1" };
    const body = { type: "event_callback", team_id: acme.teamId, event_id: "Ev1", event };
    // Not acknowledged, so that Slack sends it again.
    await expect(inboxes.accept(body)).rejects.toThrow(/encrypted with another key/);
    expect(await teams.closedReason(acme.teamId)).toMatch(/Set TROUPE_SECRET_KEY to the key/);
    expect(ingress.calls()).toBe(0);
    expect(stage.double.calls.slice(since).filter(({ teamId }) => teamId === acme.teamId)).toEqual(
      [],
    );
    expect(await stage.stored(acme)).toMatchObject({ status: "active" });
  });

  it("because it is told to leave gives its token back", async () => {
    const acme = await stage.addInstalled("Acme");
    await stage.platform.leave(acme.teamId);
    await stage.double.settled();
    expect(acme.installed).toBe(false);
    expect(await stage.stored(acme)).toMatchObject({ status: "revoked", credentials: null });
    await expect(stage.platform.leave(acme.teamId)).resolves.toBeUndefined();
    const globex = await stage.addInstalled("Globex");
    stage.double.faults.add({ method: "apps.uninstall", fault: { kind: "http", status: 503 } });
    await expect(stage.platform.leave(globex.teamId)).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(await stage.stored(globex)).toMatchObject({ status: "active" });
  });
});
