import type { Clock } from "../base/clock.ts";
import type { Config } from "../base/config.ts";
import type { Log } from "../base/log.ts";
import type { ChatPlatform, ChatPlatforms } from "../rooms/platform/chat-platform.ts";
import type { WorkspaceRegister } from "../rooms/workspaces/workspace-register.ts";

/** The platforms that are configured, for those who answer. Their SDKs are loaded only then. */
export async function createPlatforms(
  { slack, discord }: Pick<Config, "slack" | "discord">,
  { register, clock, log }: { register: WorkspaceRegister; clock: Clock; log: Log },
): Promise<ChatPlatforms> {
  const platforms: ChatPlatform[] = [];
  if (slack) {
    const { createSlackPlatform } = await import("./slack/slack-platform.ts");
    const { createSlackTeams } = await import("./slack/api/slack-teams.ts");
    const teams = createSlackTeams({ slack, register, clock, log });
    platforms.push(createSlackPlatform({ ...slack, teams, clock, log }));
  }
  if (discord) {
    const { createDiscordPlatform } = await import("./discord/discord-platform.ts");
    platforms.push(createDiscordPlatform({ ...discord, register, clock, log }));
  }
  return new Map(platforms.map((platform) => [platform.platform, platform]));
}
