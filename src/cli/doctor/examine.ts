import type { Config } from "../../base/config.ts";
import type { Finding } from "../../base/finding.ts";
import { checkDiscord } from "../../chat/discord/check-discord.ts";
import { checkSlack } from "../../chat/slack/check-slack.ts";
import { checkModels } from "../../llm/check-models.ts";
import { checkRedis } from "../../queue/check-redis.ts";
import { checkDatabase } from "./check-database.ts";
import { checkDataFolder, checkPort, checkSecretKey } from "./check-host.ts";

/** Tries everything that is configured; what is not is told with the variable that turns it on. */
export async function examine(config: Config): Promise<Finding[]> {
  const { slack, discord, redisUrl, models, defaultModel } = config;
  const checks: Promise<Finding | Finding[]>[] = [
    checkDataFolder(config),
    checkSecretKey(config),
    checkDatabase(config),
    redisUrl === undefined ? off("Redis", "set REDIS_URL") : checkRedis(redisUrl),
    checkPort(config),
    checkModels(models, defaultModel),
    ...(models.anthropic ? [] : [off("Anthropic", "set ANTHROPIC_API_KEY")]),
    ...(models.openai ? [] : [off("OpenAI", "set OPENAI_API_KEY")]),
    slack ? checkSlack(slack) : off("Slack", "npx troupe setup slack says how"),
    discord
      ? checkDiscord(discord).then(toFindings)
      : off("Discord", "npx troupe setup discord says how"),
  ];
  return (await Promise.all(checks)).flat();
}

function toFindings({ findings }: { findings: Finding[] }): Finding[] {
  return findings;
}

async function off(what: string, detail: string): Promise<Finding> {
  return { what, state: "off", detail };
}
