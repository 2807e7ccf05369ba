import type { Config } from "../base/config.ts";
import { AppError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Ingress } from "../rooms/ingress.ts";
import type { SlackHttpHandler } from "./slack/slack-http-handler.ts";

type Scope = { ingress: Ingress; log: Log };
type Door = { close(): Promise<void> };

const TRY_AGAIN_MS = 30_000;

/**
 * Opens the doors that listen by a connection of their own: Slack's Socket Mode, Discord's gateway. A
 * wrong token ends the start; a platform that cannot be reached is tried again while the rest works.
 */
export async function openConnectedDoors(
  { slack, discord }: Pick<Config, "slack" | "discord">,
  { ingress, log }: Scope,
): Promise<AsyncDisposableStack> {
  const doors = new AsyncDisposableStack();
  try {
    if (slack?.mode === "socket") {
      const { startSlackDoor } = await import("./slack/slack-door.ts");
      doors.defer(await keepOpening(() => startSlackDoor({ slack, ingress, log }), log));
    }
    if (discord) {
      const { startDiscordDoor } = await import("./discord/discord-door.ts");
      doors.defer(await keepOpening(() => startDiscordDoor({ discord, ingress, log }), log));
    }
    return doors;
  } catch (error) {
    await doors.disposeAsync();
    throw error;
  }
}

/** The door that Slack's HTTP events come through, for the web server; undefined without it. */
export async function openSlackHttp(
  { slack }: Pick<Config, "slack">,
  { ingress, log }: Scope,
): Promise<{ handler: SlackHttpHandler; close(): Promise<void> } | undefined> {
  if (slack?.mode !== "http") return undefined;
  const { startSlackDoor } = await import("./slack/slack-door.ts");
  const door = await startSlackDoor({ slack, ingress, log });
  return door.httpHandler && { handler: door.httpHandler, close: () => door.close() };
}

/** Opens a door now, or again and again while its platform is away. Answers how to close it. */
async function keepOpening(open: () => Promise<Door>, log: Log): Promise<() => Promise<void>> {
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let opening: Promise<Door | undefined> = Promise.resolve(undefined);

  async function attempt(): Promise<Door | undefined> {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "UNAVAILABLE") throw error;
      log.warn({ error: error.message, againInMs: TRY_AGAIN_MS }, "chat platform is away");
      if (!isClosing) timer = setTimeout(again, TRY_AGAIN_MS);
      return undefined;
    }
  }

  function again(): void {
    opening = attempt().catch((error: unknown) => {
      log.error({ error: String(error) }, "chat platform refuses; fix it and start again");
      return undefined;
    });
  }

  opening = attempt();
  await opening;
  return async () => {
    isClosing = true;
    clearTimeout(timer);
    await (await opening)?.close();
  };
}
