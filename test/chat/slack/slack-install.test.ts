import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { neededScopes } from "../../../src/chat/slack/slack-manifest.ts";
import { createTestClock } from "../../support/test-clock.ts";
import { openWorkspacesStage, type WorkspacesStage } from "./workspaces-stage.ts";

describe("installing the app into Slack workspaces", () => {
  let stage: WorkspacesStage;
  beforeAll(async () => {
    stage = await openWorkspacesStage();
  });
  afterAll(() => stage.close());

  const addWorkspace = (name: string) => {
    const workspace = stage.double.addWorkspace({ name, installed: false });
    stage.double.decideInstall({ teamId: workspace.teamId });
    return workspace;
  };
  const back = (change: (url: URL, cookie: string) => { url: URL; cookie: string }) => ({
    origin: stage.web,
    back: change,
  });

  it("stores the token encrypted, and the workspace is answered with it at once", async () => {
    const acme = addWorkspace("Acme & <Söhne>");
    const asked = { team: acme.teamId, channel: "general", user: "ana", mention: true };
    stage.double.say({ ...asked, text: "too early" });
    await stage.double.settled();
    expect(await stage.rows("select 1 from message")).toEqual([]);

    const page = await stage.install();
    expect(page.status).toBe(200);
    expect(page.text).toContain("installed in Acme &amp; &lt;Söhne&gt;. Write /invite @troupe");
    expect(await stage.stored(acme)).toMatchObject({
      name: "Acme & <Söhne>",
      status: "active",
      status_reason: null,
      credentials: expect.stringMatching(/^v1\./),
      scopes: neededScopes(),
      installed_at: expect.anything(),
    });
    expect(JSON.stringify(await stage.stored(acme))).not.toContain(acme.token);

    const { channel, ts } = stage.double.say({ ...asked, text: "hello" });
    await stage.allEnded();
    expect(stage.double.appMessages(channel, ts)).toHaveLength(1);
    expect(stage.double.violations).toEqual([]);
    expect(JSON.stringify(stage.log.lines)).not.toContain("xoxb-");
  });

  it("again brings a new token in place of the old, and keeps the workspace", async () => {
    const workspace = addWorkspace("Twice");
    await stage.install();
    const before = await stage.stored(workspace);
    stage.double.decideInstall({ teamId: workspace.teamId });
    expect((await stage.install()).status).toBe(200);
    const after = await stage.stored(workspace);
    expect(after?.["id"]).toBe(before?.["id"]);
    expect(after?.["credentials"]).not.toBe(before?.["credentials"]);
  });

  it.each([
    ["without the cookie of the browser that began", (url: URL) => ({ url, cookie: "" })],
    [
      "with another browser's cookie",
      (url: URL) => ({ url, cookie: "troupe_slack_install=another" }),
    ],
    [
      "with a changed state",
      (url: URL, cookie: string) => {
        const state = url.searchParams.get("state") ?? "";
        url.searchParams.set("state", state.replace(/^\d/, "9"));
        return { url, cookie };
      },
    ],
    [
      "without a state",
      (url: URL, cookie: string) => {
        url.searchParams.delete("state");
        return { url, cookie };
      },
    ],
  ])("is refused %s, and the code is not used", async (_what, change) => {
    const workspace = addWorkspace("Forged");
    const page = await stage.install(back(change));
    expect(page.status).toBe(400);
    expect(page.text).toContain("Begin again at /slack/install");
    expect(await stage.stored(workspace)).toBeUndefined();
    expect(workspace.installed).toBe(false);
    workspace.installed = true;
  });

  it("is refused where it took more than ten minutes, and may be ended by another process", async () => {
    const clock = createTestClock(new Date().toISOString());
    const other = await stage.openWeb(clock);
    const elsewhere = back((url, cookie) => ({
      url: new URL(url.pathname + url.search, other),
      cookie,
    }));
    const workspace = addWorkspace("Slow");
    clock.advance(11 * 60_000);
    const late = await stage.install(elsewhere);
    expect(late).toMatchObject({ status: 400, text: expect.stringContaining("ten minutes") });
    clock.advance(-11 * 60_000);
    stage.double.decideInstall({ teamId: workspace.teamId });
    const elsewhereAgain = await stage.install(elsewhere);
    // Slack knows that the code was asked for at another address.
    expect(elsewhereAgain).toMatchObject({ status: 400, text: expect.stringContaining("address") });
    workspace.installed = true;
  });

  it("is refused for a whole organization, with a sentence, and the token is given back", async () => {
    const workspace = stage.double.addWorkspace({ name: "Org", installed: false });
    stage.double.decideInstall({ teamId: workspace.teamId, orgWide: true });
    const page = await stage.install();
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining("one workspace") });
    expect(await stage.stored(workspace)).toBeUndefined();
    expect(stage.double.callsOf("auth.revoke").at(-1)?.answer).toMatchObject({ revoked: true });
  });

  it("is refused for tokens that expire, with what to do", async () => {
    const workspace = stage.double.addWorkspace({ name: "Rotating", installed: false });
    stage.double.decideInstall({ teamId: workspace.teamId, rotates: true });
    const page = await stage.install();
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining("token rotation") });
    expect(await stage.stored(workspace)).toBeUndefined();
  });

  it("that a person cancels stores nothing", async () => {
    const workspace = stage.double.addWorkspace({ name: "Shy", installed: false });
    stage.double.decideInstall({ teamId: workspace.teamId, denied: true });
    expect(await stage.install()).toMatchObject({
      status: 400,
      text: expect.stringContaining("cancelled"),
    });
    expect(await stage.stored(workspace)).toBeUndefined();
    workspace.installed = true;
  });

  it("says which scopes were not granted", async () => {
    const workspace = stage.double.addWorkspace({ name: "Narrow", installed: false });
    const scopes = neededScopes().filter((scope) => scope !== "files:write");
    stage.double.decideInstall({ teamId: workspace.teamId, scopes });
    const page = await stage.install();
    expect(page.text).toContain("It was not granted: files:write.");
    expect(await stage.stored(workspace)).toMatchObject({ status: "active", scopes });
  });

  it("tells whoever installs what is wrong at Slack", async () => {
    addWorkspace("Unlucky");
    const { faults } = stage.double;
    faults.add({ method: "oauth.v2.access", fault: { kind: "error", error: "bad_client_secret" } });
    expect(await stage.install()).toMatchObject({
      status: 400,
      text: expect.stringContaining("SLACK_CLIENT_SECRET is wrong"),
    });
    faults.add({ method: "oauth.v2.access", fault: { kind: "http", status: 503 } });
    expect((await stage.install()).status).toBe(503);
  });

  it("answers nothing but GET", async () => {
    for (const path of ["/slack/install", "/slack/oauth_redirect"]) {
      expect((await fetch(stage.web + path, { method: "POST" })).status).toBe(405);
    }
  });
});
