import { DiscordjsErrorCodes, GatewayCloseCodes } from "discord.js";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import { TOKEN_HINT } from "../api/discord-error.ts";

export const INTENTS_HINT =
  "Discord does not let the bot read messages. At https://discord.com/developers/applications choose " +
  "the application, then Bot, and switch on Message Content Intent under Privileged Gateway Intents.";

const CLOSE_HINTS = new Map<number, string>([
  [GatewayCloseCodes.DisallowedIntents, INTENTS_HINT],
  [GatewayCloseCodes.AuthenticationFailed, TOKEN_HINT],
]);

/** Why the gateway did not let the bot in, in words that say what to do. */
export function toLoginError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const options = { cause: error };
  const message = toErrorMessage(error);
  const { code, status } = error as { code?: unknown; status?: unknown };
  if (/disallowed intents/i.test(message)) return new AppError("FORBIDDEN", INTENTS_HINT, options);
  const isToken = code === DiscordjsErrorCodes.TokenInvalid || status === 401;
  if (isToken || /authentication failed/i.test(message)) {
    return new AppError("FORBIDDEN", TOKEN_HINT, options);
  }
  return new AppError("UNAVAILABLE", `Discord's gateway cannot be reached: ${message}`, options);
}

/** Whether what is wrong is the token, and not the way to Discord or what the bot may do. */
export function isTokenError(error: unknown): boolean {
  return error instanceof AppError && error.message.startsWith(TOKEN_HINT);
}

/** Why the gateway closed the connection for good. */
export function toCloseError(code: number): AppError {
  const hint = CLOSE_HINTS.get(code) ?? `Discord closed the connection for good (${code}).`;
  return new AppError("FORBIDDEN", hint);
}
