import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toSlack } from "../../../src/base/slack-config.ts";
import { checkSlack } from "../../../src/chat/slack/check-slack.ts";
import {
  neededScopes,
  readSlackManifest,
  toCreateUrl,
} from "../../../src/chat/slack/slack-manifest.ts";
import { startSlackDouble, type SlackDouble } from "../../support/slack/slack-double.ts";
import type { Workspace } from "../../support/slack/world.ts";

describe("checking Slack", () => {
  let double: SlackDouble;
  let workspace: Workspace;
  beforeAll(async () => {
    double = await startSlackDouble();
    workspace = double.addWorkspace({ name: "Acme", scopes: neededScopes() });
  });
  afterAll(() => double.close());

  function check(values: Parameters<typeof toSlack>[0]) {
    const slack = toSlack({ SLACK_API_URL: double.apiUrl, ...values });
    if (!slack) throw new Error("nothing is set");
    return checkSlack(slack);
  }
  const oauth = () => ({
    SLACK_CLIENT_ID: double.app.clientId,
    SLACK_CLIENT_SECRET: double.app.clientSecret,
  });

  it("finds working tokens to be fine, and says whose they are", async () => {
    const SLACK_APP_TOKEN = double.app.appToken;
    const findings = await check({ SLACK_BOT_TOKEN: workspace.token, SLACK_APP_TOKEN });
    expect(findings).toEqual([
      {
        what: "Slack bot token",
        state: "ok",
        detail: `@troupe in Acme (${workspace.teamId}), with every scope`,
      },
      { what: "Slack app token", state: "ok", detail: "opens Socket Mode" },
    ]);
    expect(double.violations).toEqual([]);
  });

  it("names the scopes that are missing, and where to add them", async () => {
    const scopes = neededScopes().filter((scope) => !/files|reactions/.test(scope));
    const narrow = double.addWorkspace({ name: "Narrow", scopes });
    const [finding] = await check({ SLACK_BOT_TOKEN: narrow.token, SLACK_SIGNING_SECRET: "x" });
    expect(finding?.state).toBe("failed");
    expect(finding?.detail).toMatch(
      /lacks the scopes files:read, files:write, reactions:read\. Add them under OAuth & Permissions/,
    );
  });

  it("says what to do about refused tokens, and shows none of them", async () => {
    const values = { SLACK_BOT_TOKEN: "xoxb-wrong", SLACK_APP_TOKEN: workspace.token };
    const findings = await check(values);
    expect(findings.map(({ state }) => state)).toEqual(["failed", "failed"]);
    expect(findings[0]?.detail).toMatch(/Install the app again/);
    expect(findings[1]?.detail).toMatch(/connections:write/);
    expect(JSON.stringify(findings)).not.toMatch(/xoxb/);
  });

  it("tries the client without installing anything", async () => {
    const SLACK_SIGNING_SECRET = "0123456789abcdef0123456789abcdef";
    const good = await check({ ...oauth(), SLACK_SIGNING_SECRET });
    expect(good.map(({ what, state }) => [what, state])).toEqual([
      ["Slack signing secret", "ok"],
      ["Slack client", "ok"],
    ]);
    const wrong = await check({
      ...oauth(),
      SLACK_CLIENT_SECRET: "no",
      SLACK_SIGNING_SECRET: "no",
    });
    expect(wrong.map(({ state }) => state)).toEqual(["warning", "failed"]);
    expect(wrong[1]?.detail).toMatch(/bad_client_secret/);
  });

  it("says that Slack cannot be reached", async () => {
    const slack = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_API_URL: "http://127.0.0.1:9/api/" };
    const [finding] = await check({ ...slack, SLACK_SIGNING_SECRET: "x" });
    expect(finding).toMatchObject({ state: "failed" });
    expect(finding?.detail).toMatch(/cannot be reached .*SLACK_API_URL/);
  });
});

describe("the manifest", () => {
  const shipped = readSlackManifest();

  it("asks for every event that the door understands", () => {
    expect(shipped.settings.event_subscriptions.bot_events).toEqual(
      expect.arrayContaining(["app_mention", "message.im", "app_uninstalled", "tokens_revoked"]),
    );
    expect(shipped.settings).toMatchObject({ socket_mode_enabled: true });
  });

  it("with a public address has events and installations there", () => {
    const manifest = readSlackManifest("https://bot.example.com");
    expect(manifest).toMatchObject({
      oauth_config: { redirect_urls: ["https://bot.example.com/slack/oauth_redirect"] },
      settings: {
        socket_mode_enabled: false,
        org_deploy_enabled: false,
        token_rotation_enabled: false,
        event_subscriptions: { request_url: "https://bot.example.com/slack/events" },
      },
    });
    expect(manifest.oauth_config.scopes).toEqual(shipped.oauth_config.scopes);
  });

  it("fills in the page on which Slack makes an app", () => {
    const url = new URL(toCreateUrl(shipped));
    expect(url.origin).toBe("https://api.slack.com");
    expect(JSON.parse(url.searchParams.get("manifest_json") ?? "")).toEqual(shipped);
  });
});
