import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock as clock } from "../../src/base/clock.ts";
import { silentLog as log } from "../../src/base/log.ts";
import { createSecretBox } from "../../src/base/secret-box.ts";
import { createWorkspaceRegister } from "../../src/rooms/workspaces/workspace-register.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { startDiscordDouble } from "../support/discord/discord-double.ts";
import { createAnthropicDouble } from "../support/llm/anthropic-double.ts";
import { findPort } from "../support/own-server.ts";
import { type CliRun, runCli } from "../support/run-cli.ts";
import { requireRedis } from "../support/services.ts";
import { startSlackDouble } from "../support/slack/slack-double.ts";
import { testSizes } from "../support/test-database.ts";
import { createFolder, startTroupe } from "../support/troupe-process.ts";

const redis = await requireRedis();
const postgres = (await testSizes()).find(({ name }) => name === "Postgres");
const keyOf = (byte: number) => Buffer.alloc(32, byte).toString("base64");

function openFolder(): string {
  const folder = createFolder();
  onTestFinished(() => folder.remove());
  return join(folder.path, "data");
}

/** The findings by what they are about: `ok: detail`. */
function read({ stdout }: CliRun): Record<string, string> {
  const rows = stdout.split("\n").map((line) => line.split(/ {2,}/));
  return Object.fromEntries(rows.map(([state, what, detail]) => [what, `${state}: ${detail}`]));
}

describe("troupe doctor", { timeout: 300_000 }, () => {
  it("is content with a machine where nothing is set, and leaves nothing behind", async () => {
    const DATA_DIR = openFolder();
    const run = await runCli(["doctor"], { env: { DATA_DIR, PORT: "0" } });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(read(run)).toMatchObject({
      Database: expect.stringMatching(/^ok: none in .* yet/),
      "Secret key": expect.stringMatching(/^ok: generated in /),
      Slack: "off: npx troupe setup slack says how",
    });
    expect(existsSync(DATA_DIR)).toBe(false);
  });

  it("knows a running server's folder and port, and what it leaves behind", async () => {
    const DATA_DIR = openFolder();
    const port = String(await findPort());
    const troupe = startTroupe({ DATA_DIR, PORT: port });
    onTestFinished(async () => void (await troupe.stop("SIGKILL")));
    await troupe.ready;
    const running = await runCli(["doctor"], { env: { DATA_DIR, PORT: port } });
    expect(running.code).toBe(0);
    expect(read(running)).toMatchObject({
      Database: expect.stringContaining("in use by a running Troupe"),
      Port: `ok: a running Troupe answers on 127.0.0.1:${port}`,
    });
    await troupe.stop();
    chmodSync(join(DATA_DIR, "secret-key"), 0o644);
    const stopped = await runCli(["doctor"], { env: { DATA_DIR, PORT: port } });
    expect(read(stopped)).toMatchObject({
      Database: expect.stringMatching(/^ok: embedded, in .*, migrated$/),
      Port: `ok: 127.0.0.1:${port} is free`,
      "Secret key": expect.stringMatching(/^warning: .* chmod 600/),
    });
  });

  it("fails, and says for each what to do, where nothing configured can be reached", async () => {
    const run = await runCli(["doctor"], {
      env: {
        DATA_DIR: openFolder(),
        PORT: "0",
        DATABASE_URL: "postgres://me:p4ssw0rd@127.0.0.1:9/troupe",
        REDIS_URL: "redis://:p4ssw0rd@127.0.0.1:9",
        SLACK_BOT_TOKEN: "xoxb-p4ssw0rd",
        SLACK_APP_TOKEN: "xapp-p4ssw0rd",
        SLACK_API_URL: "http://127.0.0.1:9/api/",
        DISCORD_BOT_TOKEN: "p4ssw0rd",
        DISCORD_API_URL: "http://127.0.0.1:9/api",
        ANTHROPIC_API_KEY: "p4ssw0rd",
        ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
      },
    });
    expect(run.code).toBe(1);
    const findings = read(run);
    const failing = [
      "Database",
      "Redis",
      "Slack bot token",
      "Slack app token",
      "Discord bot token",
    ];
    for (const what of [...failing, "Model anthropic"]) expect(findings[what]).toMatch(/^FAILED: /);
    expect(run.stdout + run.stderr).not.toContain("p4ssw0rd");
  });

  it.skipIf(!postgres || !redis)("passes where everything is configured and well", async () => {
    const database = await postgres?.open();
    const [slack, discord, anthropic] = [
      await startSlackDouble(),
      await startDiscordDouble(),
      await createAnthropicDouble(),
    ];
    onTestFinished(async () => {
      await Promise.all([slack.close(), discord.close(), anthropic.close()]);
      await database?.drop();
    });
    discord.addGuild({ name: "Garden", channels: [] });
    const env = {
      DATA_DIR: openFolder(),
      PORT: "0",
      DATABASE_URL: database?.url ?? "",
      REDIS_URL: redis?.url ?? "",
      TROUPE_SECRET_KEY: keyOf(1),
      SLACK_BOT_TOKEN: slack.addWorkspace().token,
      SLACK_APP_TOKEN: slack.app.appToken,
      SLACK_CLIENT_ID: slack.app.clientId,
      SLACK_CLIENT_SECRET: slack.app.clientSecret,
      SLACK_API_URL: slack.apiUrl,
      DISCORD_BOT_TOKEN: discord.token,
      DISCORD_API_URL: discord.api,
      ANTHROPIC_API_KEY: "a-key",
      ANTHROPIC_BASE_URL: anthropic.url,
    };
    if (!database) throw new Error("there is no Postgres");
    const register = createWorkspaceRegister({
      sql: database.db.sql,
      queue: createMemoryQueue(),
      clock,
      log,
      secrets: createSecretBox(keyOf(1)),
    });
    await register.installed(
      { platform: "slack", externalId: "T1" },
      { name: "Acme", credentials: { botToken: "xoxb-1" } },
    );
    const run = await runCli(["doctor"], { env });
    expect(run.stdout).not.toContain("FAILED");
    expect(run.code).toBe(0);
    expect(read(run)).toMatchObject({
      Database: expect.stringContaining("migrated"),
      "Workspace tokens": "ok: 1 stored encrypted, all open",
      "Discord intents": "ok: Message Content Intent is on",
    });
    const { TROUPE_SECRET_KEY: _key, SLACK_CLIENT_ID: _id, ...keyless } = env;
    const without = await runCli(["doctor"], { env: { ...keyless, SLACK_CLIENT_SECRET: "" } });
    expect(read(without)["Secret key"]).toMatch(/^warning: nobody is told of slash commands .+Set/);
    const wrong = await runCli(["doctor"], { env: { ...env, TROUPE_SECRET_KEY: keyOf(2) } });
    expect(wrong.code).toBe(1);
    expect(read(wrong)["Workspace tokens"]).toMatch(/^FAILED: .* encrypted with another key/);
  });

  it("lists the faults of the configuration itself", async () => {
    const run = await runCli(["doctor"], { env: { PORT: "http", SLACK_MODE: "carrier-pigeon" } });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/PORT must be[^]*SLACK_MODE must be socket or http/);
  });
});

describe("troupe setup", { timeout: 300_000 }, () => {
  it("tells a newcomer each step, prints the manifest, and exits 1 until all is there", async () => {
    const run = await runCli(["setup", "slack"]);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/From a manifest[^]*connections:write[^]*Bot User OAuth Token/);
    expect(run.stdout).toContain("https://api.slack.com/apps?new_app=1&manifest_json=");
    const http = await runCli([
      "setup",
      "slack",
      "--url",
      "https://bot.example.com/",
      "--manifest",
    ]);
    expect(http.code).toBe(0);
    expect(JSON.parse(http.stdout)).toMatchObject({
      oauth_config: { redirect_urls: ["https://bot.example.com/slack/oauth_redirect"] },
    });
    const plain = await runCli(["setup", "slack", "--url", "http://bot.example.com"]);
    expect(plain).toMatchObject({ code: 1, stderr: expect.stringContaining("https://your.host") });
  });

  it("is content with tokens that work", async () => {
    const double = await startSlackDouble();
    onTestFinished(() => double.close());
    const env = {
      SLACK_BOT_TOKEN: double.addWorkspace({ name: "Acme" }).token,
      SLACK_APP_TOKEN: double.app.appToken,
      SLACK_API_URL: double.apiUrl,
    };
    const run = await runCli(["setup", "slack"], { env });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(/ok +Slack bot token +@troupe in Acme/);
    expect(run.stdout).toContain("/invite @troupe");
  });

  it("prints the address that invites the bot, and fails without the intent", async () => {
    const double = await startDiscordDouble({ grantedIntents: 0 });
    onTestFinished(() => double.close());
    expect(await runCli(["setup", "discord"])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("Message Content Intent"),
    });
    const env = { DISCORD_BOT_TOKEN: double.token, DISCORD_API_URL: double.api };
    const run = await runCli(["setup", "discord"], { env });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(
      `client_id=${double.applicationId}&scope=bot+applications.commands`,
    );
    expect(run.stdout).toMatch(/FAILED +Discord intents/);
  });
});
