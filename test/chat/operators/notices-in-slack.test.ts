import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Workspace } from "../../support/slack/world.ts";
import { openWorkspacesStage, type WorkspacesStage } from "../slack/workspaces-stage.ts";
import { openTelling } from "./telling-stage.ts";

const CLOSED = expect.stringMatching(
  /^Slack workspace Acme is closed, and nobody is answered there until Troupe is installed again: .+/,
);
const OPEN =
  "Slack workspace Acme is open again, and people are answered there; there is nothing to do.";

describe("an operators' room in Slack", () => {
  let stage: WorkspacesStage;
  let acme: Workspace;
  let home: Workspace;
  let room: { id: string };
  let telling: ReturnType<typeof openTelling>;
  let processes: ReturnType<typeof telling.join>[];
  beforeEach(async () => {
    stage = await openWorkspacesStage();
    [acme, home] = [await stage.addInstalled("Acme"), await stage.addInstalled("Home")];
    room = stage.double.addChannel(home, "operators");
    telling = openTelling(stage.engine, `slack:${home.teamId}.${room.id}`);
    processes = [stage.openPlatform(), stage.openPlatform()].map((platform) =>
      telling.join(platform),
    );
  });
  afterEach(() => stage.close());

  const tellAll = () => Promise.all([...processes, ...processes].map(({ tell }) => tell()));
  const told = () => stage.double.appMessages(room.id).map(({ text }) => text);
  async function uninstall(workspace: Workspace) {
    stage.double.uninstall(workspace);
    await stage.double.settled();
  }
  async function reinstall({ teamId }: Workspace) {
    stage.double.decideInstall({ teamId });
    await stage.install();
  }

  it("is told once of a workspace that closed and once that it is open again, by two processes", async () => {
    await tellAll();
    expect(told()).toEqual([]);
    await uninstall(acme);
    await tellAll();
    await tellAll();
    expect(told()).toEqual([CLOSED]);
    await reinstall(acme);
    await tellAll();
    await tellAll();
    expect(told()).toEqual([CLOSED, OPEN]);
    await uninstall(acme);
    await tellAll();
    expect(told()).toEqual([CLOSED, OPEN, CLOSED]);
    expect(stage.double.violations).toEqual([]);
  });

  it("is told by the token that a call found dead, with what brings it back", async () => {
    stage.double.setTokenState(acme, "token_revoked");
    stage.double.say({
      team: acme.teamId,
      channel: "general",
      user: "ana",
      mention: true,
      text: "hi",
    });
    await stage.allEnded();
    await tellAll();
    expect(told()).toEqual([expect.stringContaining("Install the app again: at /slack/install")]);
  });

  it("gets one message from a process that dies after it posted and one that takes over", async () => {
    await uninstall(acme);
    processes[0]?.dieAfterPosting();
    await processes[0]?.tell().catch(() => undefined);
    expect(told()).toEqual([CLOSED]);
    // While the dead one may still be at it, nobody else posts; what follows waits for its turn.
    await reinstall(acme);
    await processes[1]?.tell();
    expect(told()).toEqual([CLOSED]);
    telling.skipMinutes(6);
    await processes[1]?.tell();
    expect(told()).toEqual([CLOSED, OPEN]);
    expect((await telling.read()).map(({ isTold }) => isTold)).toEqual([true, true]);
  });

  it("gets what happens from the moment on in which it is configured", async () => {
    await uninstall(acme);
    await telling.lookWithoutRoom();
    await tellAll();
    expect(told()).toEqual([]);
    expect(await telling.read()).toEqual([{ kind: "workspace_closed", isTold: false }]);
    await reinstall(acme);
    await tellAll();
    expect(told()).toEqual([OPEN]);
  });

  it("is left alone while its own workspace is closed, and told everything once that is open", async () => {
    await uninstall(home);
    await uninstall(acme);
    const calls = stage.double.callsOf("chat.postMessage").length;
    for (let look = 0; look < 5; look++) await tellAll();
    expect(stage.double.callsOf("chat.postMessage")).toHaveLength(calls);
    expect(await telling.read()).toEqual([
      { kind: "workspace_closed", isTold: false },
      { kind: "workspace_closed", isTold: false },
    ]);
    await reinstall(home);
    await tellAll();
    // What is about the same workspace comes in its order.
    expect(told()).toHaveLength(3);
    expect(told()).toContainEqual(CLOSED);
    expect(told().filter((text) => text.includes("Home"))).toEqual([
      expect.stringContaining("Home is closed"),
      expect.stringContaining("Home is open again"),
    ]);
  });
});
