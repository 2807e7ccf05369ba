import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { AppError, toErrorMessage, type ErrorCode } from "../../../base/errors.ts";

/** Discord's own error codes that callers act upon. */
export const DISCORD_CODES = {
  unknownChannel: 10_003,
  unknownGuild: 10_004,
  unknownMessage: 10_008,
  unknownWebhook: 10_015,
  alreadyAcknowledged: 40_060,
  notTheAuthor: 50_005,
  cannotTellUser: 50_007,
  invalidWebhookToken: 50_027,
  missingPermissions: 50_013,
  wrongChannelType: 50_024,
  invalidForm: 50_035,
  threadExists: 160_004,
} as const;

const PORTAL = "https://discord.com/developers/applications";
export const TOKEN_HINT = `Discord does not accept the bot token. Reset it under Bot at ${PORTAL} and set DISCORD_BOT_TOKEN to the new one.`;

const REASONS: Record<number, readonly [code: ErrorCode, reason: string]> = {
  10_003: ["NOT_FOUND", "The channel or thread was deleted."],
  10_004: ["NOT_FOUND", "The server does not exist any more, or the bot was removed from it."],
  10_008: ["NOT_FOUND", "The message was deleted."],
  20_026: ["FORBIDDEN", "Discord has stopped the bot as a suspected spammer. Look at its portal."],
  40_005: ["INVALID", "The file is too large for this server."],
  50_001: ["FORBIDDEN", "The bot may not see this channel: give its role View Channel there."],
  50_007: ["FORBIDDEN", "This person takes no direct messages from the bot."],
  50_024: ["INVALID", "This kind of channel does not allow that."],
  50_083: ["FORBIDDEN", "The thread is archived. A moderator can unarchive it."],
  160_005: ["FORBIDDEN", "The thread is locked. A moderator can unlock it."],
};

/**
 * What Discord's refusal means and what to do about it. `permission` is the one that the call needs.
 * `UNAVAILABLE` may pass later, nothing else does.
 */
export function toDiscordError(error: unknown, permission: string): AppError {
  if (error instanceof AppError) return error;
  const options = { cause: error };
  if (error instanceof RateLimitError) {
    const seconds = Math.ceil(error.retryAfter / 1000);
    const pause = seconds > 0 ? `${seconds} s` : "a while";
    return new AppError("UNAVAILABLE", `Discord wants no request for ${pause}.`, options);
  }
  if (!(error instanceof DiscordAPIError)) {
    const reason = `Discord cannot be reached: ${toErrorMessage(error)}`;
    return new AppError("UNAVAILABLE", reason, options);
  }
  const { status, code, message } = error;
  const known = REASONS[Number(code)];
  const said = ` (Discord: ${status} ${code})`;
  if (isTokenRefused(error)) return new AppError("FORBIDDEN", TOKEN_HINT + said, options);
  if (known) return new AppError(known[0], known[1] + said, options);
  if (status === 403) {
    return new AppError("FORBIDDEN", `The bot's role lacks ${permission} here.${said}`, options);
  }
  const kind = status === 404 ? "NOT_FOUND" : "INVALID";
  return new AppError(kind, `Discord refused: ${firstLine(message)}${said}`, options);
}

/** Discord's own code behind an error; undefined for faults that are not its refusals. */
export function discordCodeOf(error: unknown): number | undefined {
  const cause = error instanceof AppError ? error.cause : error;
  return cause instanceof DiscordAPIError ? Number(cause.code) : undefined;
}

/** Whether Discord does not accept the bot's token any more; a webhook has one of its own. */
export function isTokenRefused(error: unknown): boolean {
  const isUnauthorized = error instanceof Error && "status" in error && error.status === 401;
  return isUnauthorized && discordCodeOf(error) !== DISCORD_CODES.invalidWebhookToken;
}

/** Whether trying again at once may help: the server's fault or the network's, never a refusal. */
export function isPassing(error: unknown): boolean {
  if (error instanceof HTTPError) return true;
  if (error instanceof DiscordAPIError || error instanceof RateLimitError) return false;
  return error instanceof Error && !(error instanceof AppError);
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").slice(0, 200);
}
