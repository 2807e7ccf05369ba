import { ApplicationFlags, REST, Routes } from "discord.js";
import { z } from "zod";
import type { Config } from "../../base/config.ts";
import { toErrorMessage } from "../../base/errors.ts";
import type { Finding } from "../../base/finding.ts";
import { toDiscordError } from "./api/discord-error.ts";
import { INTENTS_HINT } from "./events/login-error.ts";
import { missingPermissions, toInviteUrl } from "./needed-permissions.ts";

type Discord = NonNullable<Config["discord"]>;

const Application = z.object({
  id: z.string(),
  name: z.string(),
  flags: z.number().optional(),
  bot: z.object({ username: z.string() }).optional(),
});
const Guilds = z.array(z.object({ name: z.string(), permissions: z.string() }));

const TIMEOUT_MS = 5000;
const MAY_READ =
  ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;
const NAMED_GUILDS = 5;

/** Asks Discord about the token, the intents and the servers. Never rejects. */
export async function checkDiscord(
  discord: Discord,
): Promise<{ findings: Finding[]; inviteUrl?: string }> {
  const { botToken, apiUrl } = discord;
  const rest = new REST({
    ...(apiUrl !== undefined && { api: apiUrl }),
    retries: 0,
    timeout: TIMEOUT_MS,
    rejectOnRateLimit: () => true,
  }).setToken(botToken);
  const what = "Discord bot token";
  try {
    const application = Application.parse(await rest.get(Routes.currentApplication()));
    const inviteUrl = toInviteUrl(application.id);
    const bot = application.bot?.username ?? application.name;
    const token: Finding = { what, state: "ok", detail: `${bot} (application ${application.id})` };
    const servers = await checkGuilds(rest, inviteUrl);
    return { findings: [token, checkIntent(application.flags ?? 0), servers], inviteUrl };
  } catch (error) {
    const reason = error instanceof z.ZodError ? error : toDiscordError(error, "nothing");
    const detail = toErrorMessage(reason).split("\n")[0] ?? "";
    return { findings: [{ what, state: "failed", detail }] };
  } finally {
    rest.clearHashSweeper();
    rest.clearHandlerSweeper();
  }
}

function checkIntent(flags: number): Finding {
  const what = "Discord intents";
  return (flags & MAY_READ) === 0
    ? { what, state: "failed", detail: INTENTS_HINT }
    : { what, state: "ok", detail: "Message Content Intent is on" };
}

async function checkGuilds(rest: REST, inviteUrl: string): Promise<Finding> {
  const what = "Discord servers";
  const guilds = Guilds.parse(await rest.get(Routes.userGuilds()));
  if (guilds.length === 0) {
    const detail = `The bot is on no server yet. Invite it: ${inviteUrl}`;
    return { what, state: "warning", detail };
  }
  const lacking = guilds
    .map(({ name, permissions }) => ({ name, missing: missingPermissions(BigInt(permissions)) }))
    .filter(({ missing }) => missing.length > 0);
  if (lacking.length === 0) return { what, state: "ok", detail: `on ${guilds.length}` };
  const named = lacking
    .slice(0, NAMED_GUILDS)
    .map(({ name, missing }) => `${name} (${missing.join(", ")})`);
  const detail = `The bot's role lacks permissions on ${named.join("; ")}. Grant them there, or invite it again: ${inviteUrl}`;
  return { what, state: "warning", detail };
}
