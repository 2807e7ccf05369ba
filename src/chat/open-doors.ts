import type { Config } from "../base/config.ts";
import type { Log } from "../base/log.ts";
import type { Ingress } from "../rooms/ingress.ts";
import type { SlackHttpHandler } from "./slack/slack-http-handler.ts";

type Scope = { ingress: Ingress; log: Log };

/** Opens the doors that listen by a connection of their own: Slack's Socket Mode, Discord's gateway. */
export async function openConnectedDoors(
  { slack, discord }: Pick<Config, "slack" | "discord">,
  { ingress, log }: Scope,
): Promise<AsyncDisposableStack> {
  const doors = new AsyncDisposableStack();
  try {
    if (slack?.mode === "socket") {
      const { startSlackDoor } = await import("./slack/slack-door.ts");
      const door = await startSlackDoor({ slack, ingress, log });
      doors.defer(() => door.close());
    }
    if (discord) {
      const { startDiscordDoor } = await import("./discord/discord-door.ts");
      const door = await startDiscordDoor({ discord, ingress, log });
      doors.defer(() => door.close());
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
