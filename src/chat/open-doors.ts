import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import type { Config } from "../base/config.ts";
import { AppError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { SecretBox } from "../base/secret-box.ts";
import type { Ingress } from "../rooms/ingress.ts";
import type { Presses } from "../rooms/presses.ts";
import type { WorkspaceRegister } from "../rooms/workspaces/workspace-register.ts";
import type { CommandDesk } from "./commands/command-desk.ts";
import type { EventSpool } from "./slack/events/spooled-inbox.ts";
import type { SlackHttpHandler } from "./slack/transport/slack-http-handler.ts";

type Scope = {
  ingress: Ingress;
  desk: CommandDesk;
  presses: Presses;
  register: WorkspaceRegister;
  log: Log;
};
type DoorConfig = Pick<Config, "slack" | "dataDir" | "databaseUrl">;
type Door = { close(): Promise<void> };

const TRY_AGAIN_MS = 30_000;
/** Of the three seconds that Slack waits. */
const STORING_PATIENCE_MS = 1000;

/**
 * Opens the doors that listen by a connection of their own: Slack's Socket Mode, Discord's gateway. A
 * wrong token ends the start; a platform that cannot be reached is tried again while the rest works.
 */
export async function openConnectedDoors(
  config: DoorConfig & Pick<Config, "discord">,
  scope: Scope,
): Promise<AsyncDisposableStack> {
  const { slack, discord } = config;
  const doors = new AsyncDisposableStack();
  try {
    if (slack?.mode === "socket") {
      const { startSlackDoor } = await import("./slack/slack-door.ts");
      const options = { slack, spool: toSpool(config), ...scope };
      doors.defer(await keepOpening(() => startSlackDoor(options), scope.log));
    }
    if (discord) {
      const { startDiscordDoor } = await import("./discord/discord-door.ts");
      doors.defer(await keepOpening(() => startDiscordDoor({ discord, ...scope }), scope.log));
    }
    return doors;
  } catch (error) {
    await doors.disposeAsync();
    throw error;
  }
}

/** The door that Slack's HTTP events come through, for the web server; undefined without it. */
export async function openSlackHttp(
  config: DoorConfig,
  scope: Scope,
): Promise<{ handler: SlackHttpHandler; close(): Promise<void> } | undefined> {
  const { slack } = config;
  if (slack?.mode !== "http") return undefined;
  const { startSlackDoor } = await import("./slack/slack-door.ts");
  const door = await startSlackDoor({ slack, spool: toSpool(config), ...scope });
  return door.httpHandler && { handler: door.httpHandler, close: () => door.close() };
}

/** Beside an embedded database a file is as safe as a row; Postgres is safer, and Slack waits for it a while. */
function toSpool({ slack, dataDir, databaseUrl }: DoorConfig): EventSpool {
  const isRowSafer = databaseUrl !== undefined && slack?.ack !== "kept";
  const patienceMs = isRowSafer ? STORING_PATIENCE_MS : 0;
  return { folder: join(dataDir, "spool", "slack"), patienceMs };
}

/** Where workspaces install the app, for the web server; undefined where that is not configured. */
export async function openSlackInstall(
  { slack, publicUrl }: Pick<Config, "slack" | "publicUrl">,
  { register, log, secrets }: Scope & { secrets: SecretBox | undefined },
): Promise<SlackHttpHandler | undefined> {
  if (!slack?.oauth || !secrets) return undefined;
  const { createSlackInstall } = await import("./slack/install/slack-install.ts");
  const { oauth, apiUrl } = slack;
  const clock = systemClock;
  return createSlackInstall({ oauth, apiUrl, publicUrl, secrets, register, clock, log });
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
