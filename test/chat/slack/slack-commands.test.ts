import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHttpTransport } from "../../support/slack/http-transport.ts";
import { type DoorStage, openDoorStage } from "./door-stage.ts";

let stage: DoorStage;
afterEach(() => stage.close());

const typed = (text: string, command = "/agent") => ({
  channel: "general",
  user: "ana",
  command,
  text,
});
const toldTo = (user = "ana") => stage.double.ephemerals("general", user).map(({ text }) => text);
const isTold = (count = 1) => stage.double.until("told", () => toldTo().length >= count);

describe.each(["socket", "http"] as const)("a Slack command over %s", (mode) => {
  beforeEach(async () => {
    stage = await openDoorStage({ mode });
  });

  it("is acknowledged at once, though its answer takes longer than Slack waits", async () => {
    const release = stage.desk.hold();
    const receipt = await stage.double.command(typed("list"));
    expect(toldTo()).toEqual([]);
    release();
    expect(receipt).toMatchObject({ acked: true });
    expect(receipt).not.toHaveProperty("response.text");
    await isTold();
    expect(toldTo()).toEqual(["Done."]);
    expect(stage.double.visibleMessages("general")).toEqual([]);
    await stage.double.until("noted", () => stage.desk.told.length === 1);
    expect(stage.desk.told).toEqual(stage.desk.calls.map(({ id }) => id));
    expect(stage.desk.calls[0]?.replyUrl).toMatch(/\/response\//);
    expect(stage.desk.calls).toMatchObject([
      {
        command: "agent",
        action: "list",
        roomKey: expect.stringMatching(/^slack:T\w+\.C\w+$/),
        person: { name: "ana" },
      },
    ]);
  });

  it("that comes twice is run once", async () => {
    await stage.double.command(typed("list"));
    expect(await stage.double.sendAgain()).toMatchObject({ acked: true });
    await isTold();
    await stage.door.close();
    expect(stage.desk.calls).toHaveLength(1);
    expect(toldTo()).toHaveLength(1);
  });
});

describe("a Slack command over http", () => {
  beforeEach(async () => {
    stage = await openDoorStage({ mode: "http" });
  });

  it.each(["none", "wrong", "stale", "future"] as const)(
    "is not looked at where its signature is %s",
    async (signature) => {
      const [workspace] = stage.double.world.workspaces.values();
      const body = new URLSearchParams({
        command: "/agent",
        text: "list",
        team_id: workspace?.teamId ?? "",
        channel_id: "C1",
        user_id: "U1",
        trigger_id: "1.2.3",
      }).toString();
      const options = { requestUrl: stage.requestUrl(), ackTimeoutMs: 30_000 };
      const transport = createHttpTransport(stage.double.app, options);
      const contentType = "application/x-www-form-urlencoded";
      expect(await transport.sendRaw({ body, contentType, signature })).toMatchObject({
        status: 401,
      });
      expect(await transport.sendRaw({ body, contentType })).toMatchObject({ status: 200 });
      await stage.double.until("run", () => stage.desk.calls.length > 0);
      expect(stage.desk.calls).toHaveLength(1);
    },
  );
});

describe("a Slack command", () => {
  beforeEach(async () => {
    stage = await openDoorStage();
  });

  it("is understood as words of /troupe too", async () => {
    await stage.double.command(typed("agent info نور 🌸", "/troupe"));
    await stage.double.command(typed("", "/troupe"));
    await isTold(2);
    expect(stage.desk.calls).toMatchObject([
      { command: "agent", action: "info", values: { agent: "نور 🌸" } },
      { command: "help", action: undefined },
    ]);
  });

  it("that is mistyped is answered in a sentence, and runs nothing", async () => {
    await stage.double.command(typed("lsit"));
    await isTold();
    expect(toldTo()[0]).toContain("Did you mean list?");
    expect(toldTo("ben")).toEqual([]);
    expect(stage.desk.calls).toEqual([]);
  });

  it("of another workspace is left alone", async () => {
    const other = stage.double.addWorkspace({ name: "Other", channels: ["elsewhere"] });
    const there = { team: other.teamId, channel: "elsewhere", user: "ana", command: "/agent" };
    await stage.double.command({ ...there, text: "list" });
    expect(stage.desk.calls).toEqual([]);
  });

  it("that concerns the room is answered to all, without mentioning them", async () => {
    stage.desk.answer({ to: "room", text: "Stopped, @channel and <!here>." });
    await stage.double.command(typed("", "/stop"));
    await stage.double.until("said", () => stage.double.visibleMessages("general").length > 0);
    expect(stage.double.visibleMessages("general")).toMatchObject([{ author: { kind: "app" } }]);
    const [workspace] = stage.double.world.workspaces.values();
    const sent = [...(workspace?.channels.values() ?? [])].flatMap(({ messages }) => messages);
    expect(sent[0]?.text).not.toMatch(/@channel|<!/);
    expect(JSON.stringify(sent[0]?.blocks ?? [])).not.toMatch(/@channel|"broadcast"/);
    expect(toldTo()).toEqual([]);
  });

  it("is answered in a channel where the app is not", async () => {
    const [workspace] = stage.double.world.workspaces.values();
    if (!workspace) throw new Error("no workspace");
    stage.double.addChannel(workspace, "secret", { kind: "group", withApp: false });
    await stage.double.command({ ...typed("list"), channel: "secret" });
    await stage.double.until("told", () => stage.double.ephemerals("secret", "ana").length > 0);
    expect(stage.double.ephemerals("secret", "ana")).toMatchObject([{ text: "Done." }]);
  });

  it("is answered by another way where its own is used up", async () => {
    await stage.double.command(typed("list"));
    await isTold();
    const release = stage.desk.hold();
    await stage.double.command(typed("info"));
    for (const url of stage.double.world.responseUrls.values()) url.expiresAt = 0;
    release();
    await isTold(2);
    expect(stage.double.calls.at(-1)).toMatchObject({ method: "chat.postEphemeral" });
  });

  it("asks in a form for what was left out, without waiting for anything, and once", async () => {
    const release = stage.desk.hold();
    await stage.double.command(typed("bad", "/feedback"));
    const modals = () =>
      [...stage.double.world.workspaces.values()].flatMap(({ modals }) => modals);
    await stage.double.until("a form", () => modals().length > 0);
    expect(stage.desk.calls).toEqual([]);
    await stage.double.sendAgain();
    await stage.double.until("asked", () => stage.double.callsOf("views.open").length === 2);
    release();
    const words = { type: "plain_text_input", value: "  It shouted.  " };
    const sent = await stage.double.submit({ user: "ana", values: { why: { text: words } } });
    expect(sent).toMatchObject({ acked: true });
    await stage.double.sendAgain();
    await isTold();
    expect(modals()).toEqual([]);
    expect(stage.desk.calls).toMatchObject([
      { command: "feedback", values: { verdict: "bad", why: "It shouted." } },
    ]);
    expect(toldTo()).toHaveLength(1);
  });

  it("does without the form where Slack shows none", async () => {
    const fault = { kind: "error" as const, error: "expired_trigger_id" };
    stage.double.faults.add({ method: "views.open", fault });
    await stage.double.command(typed("bad", "/feedback"));
    await isTold();
    expect(stage.desk.calls).toMatchObject([{ command: "feedback", values: { verdict: "bad" } }]);
  });

  it("offers a menu, whose choice is the same command with that value", async () => {
    stage.desk.answer({
      text: "Which one?",
      choose: {
        option: "behavior",
        placeholder: "Choose",
        choices: Array.from({ length: 120 }, (_, i) => ({ value: `b${i}`, label: `b${i} 🌸` })),
        values: { agent: "sage" },
      },
    });
    await stage.double.command(typed("switch", "/behavior"));
    await isTold();
    const [offered] = stage.double.ephemerals("general", "ana");
    expect(offered?.buttons).toMatchObject([{ type: "static_select" }]);
    stage.desk.answer({ to: "room", text: "Switched." });
    const { actionId = "" } = offered?.buttons[0] ?? {};
    const press = { channel: "general", user: "ana", ts: offered?.ts ?? "", actionId };
    expect(await stage.double.press({ ...press, option: "b7" })).toMatchObject({ acked: true });
    await stage.double.until("said", () => stage.double.visibleMessages("general").length > 0);
    await stage.double.until("menu gone", () => toldTo().length === 0);
    expect(stage.desk.calls.at(-1)).toMatchObject({
      command: "behavior",
      action: "switch",
      values: { agent: "sage", behavior: "b7" },
    });
    expect(stage.double.violations).toEqual([]);
  });

  it("asks Slack who runs the channel: admins, and whoever made it", async () => {
    const [workspace] = stage.double.world.workspaces.values();
    if (!workspace) throw new Error("no workspace");
    stage.double.addPerson(workspace, { name: "root", isAdmin: true });
    const people = [...workspace.people.values()];
    const ben = people.find(({ name }) => name === "ben")?.id ?? "";
    stage.double.addChannel(workspace, "bens", { creator: ben });
    const asks = [
      ["general", "root", true],
      ["general", "ben", false],
      ["bens", "ben", true],
      ["bens", "ana", false],
    ] as const;
    for (const [channel, user, expected] of asks) {
      await stage.double.command({ channel, user, command: "/behavior", text: "reset" });
      await stage.double.until("asked", () => stage.desk.calls.at(-1)?.person.name === user);
      expect(await stage.desk.calls.at(-1)?.isRoomAdmin()).toBe(expected);
    }
    stage.double.faults.add({ method: "users.info", fault: { kind: "http", status: 503 } });
    await expect(stage.desk.calls[0]?.isRoomAdmin()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});

describe("two processes on one Slack app", () => {
  it("run each command in one of them", async () => {
    stage = await openDoorStage();
    await stage.open();
    for (let i = 0; i < 6; i++) {
      await stage.double.command(typed("list"));
      await stage.double.sendAgain();
    }
    await isTold(6);
    await stage.door.close();
    expect(stage.desk.calls).toHaveLength(6);
    expect(toldTo()).toHaveLength(6);
  });
});
