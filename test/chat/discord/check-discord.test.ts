import { expect, onTestFinished, test } from "vitest";
import { checkDiscord } from "../../../src/chat/discord/check-discord.ts";
import {
  missingPermissions,
  NEEDED_PERMISSIONS,
  permissionsInteger,
} from "../../../src/chat/discord/needed-permissions.ts";
import {
  type DiscordDoubleOptions,
  startDiscordDouble,
} from "../../support/discord/discord-double.ts";

async function open(options: DiscordDoubleOptions = {}) {
  const double = await startDiscordDouble(options);
  onTestFinished(() => double.close());
  const check = (botToken = double.token, apiUrl = double.api) =>
    checkDiscord({ botToken, apiUrl, cdnUrl: undefined });
  return { double, check };
}

test("a bot with everything is fine, and the address that invites it carries what it needs", async () => {
  const { double, check } = await open();
  double.addGuild({ name: "Garden", channels: ["general"] });
  const { findings, inviteUrl } = await check();
  expect(findings).toEqual([
    {
      what: "Discord bot token",
      state: "ok",
      detail: `troupe (application ${double.applicationId})`,
    },
    { what: "Discord intents", state: "ok", detail: "Message Content Intent is on" },
    { what: "Discord servers", state: "ok", detail: "on 1" },
  ]);
  const { searchParams } = new URL(inviteUrl ?? "");
  expect(Object.fromEntries(searchParams)).toEqual({
    client_id: double.applicationId,
    scope: "bot applications.commands",
    permissions: permissionsInteger().toString(),
  });
  expect(double.violations).toEqual([]);
});

test("the permissions are those that Discord's documentation numbers so", () => {
  const bits = [1n << 10n, 1n << 11n, 1n << 35n, 1n << 38n, 1n << 15n, 1n << 16n];
  expect(permissionsInteger()).toBe(bits.reduce((all, bit) => all | bit));
  expect(missingPermissions(0n)).toEqual(NEEDED_PERMISSIONS.map(({ name }) => name));
  expect(missingPermissions(1n << 3n)).toEqual([]);
  expect(missingPermissions(permissionsInteger() & ~(1n << 16n))).toEqual(["Read Message History"]);
});

test("a missing intent is named together with where to switch it on", async () => {
  const { check } = await open({ grantedIntents: 0 });
  const { findings } = await check();
  expect(findings[1]).toMatchObject({
    state: "failed",
    detail: expect.stringContaining("switch on Message Content Intent"),
  });
});

test("a bot on no server is told how to invite it", async () => {
  const { check } = await open();
  const { findings, inviteUrl } = await check();
  expect(findings[2]).toMatchObject({ state: "warning" });
  expect(findings[2]?.detail).toContain(inviteUrl);
});

test("a wrong token and an unreachable Discord are told apart, and no token is shown", async () => {
  const { check } = await open();
  const wrong = await check("a-secret-token");
  expect(wrong.findings).toEqual([
    {
      what: "Discord bot token",
      state: "failed",
      detail: expect.stringContaining("DISCORD_BOT_TOKEN"),
    },
  ]);
  const away = await check("a-secret-token", "http://127.0.0.1:9/api");
  expect(away.findings[0]?.detail).toContain("cannot be reached");
  expect(JSON.stringify([wrong, away])).not.toContain("a-secret-token");
});
