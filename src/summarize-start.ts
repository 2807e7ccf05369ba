import type { App } from "./app.ts";
import { adminTokenPath } from "./base/admin-token-path.ts";
import type { Config, ProcessRole } from "./base/config.ts";

/** What a newcomer reads after the start: what is on, what turns the rest on, where to look next. */
export function summarizeStart(start: {
  config: Config;
  roles: readonly ProcessRole[];
  app: App;
  startMs: number;
}): string {
  const { config, roles, app, startMs } = start;
  const token =
    config.adminToken === undefined ? `token in ${adminTokenPath(config.dataDir)}` : "your token";
  const lines = [
    `Troupe is ready in ${(startMs / 1000).toFixed(1)} s (${roles.join(", ")}).`,
    "",
    on("database", describeDatabase(config)),
    on("models", describeModels(config, app.defaultModel)),
    off(config.models.anthropic, "Anthropic", "ANTHROPIC_API_KEY"),
    off(config.models.openai, "OpenAI", "OPENAI_API_KEY"),
    chat(
      config.slack && describeSlack(config.slack, config.publicUrl ?? app.url),
      "Slack",
      "SLACK_BOT_TOKEN and SLACK_APP_TOKEN",
    ),
    chat(config.discord && "Discord", "Discord", "DISCORD_BOT_TOKEN"),
    off(config.databaseUrl, "Postgres", "DATABASE_URL"),
    off(config.redisUrl, "Redis", "REDIS_URL"),
    "",
    ...(app.url === undefined
      ? []
      : [
          "  Talk:     npm run chat -- --room lobby --as ana",
          `  Operate:  ${app.url.replace("//0.0.0.0:", "//127.0.0.1:")}/graphql (${token})`,
          `  Change:   edit ${config.behaviorsDir}/*.lua and the next answer follows`,
        ]),
  ];
  return lines.filter((line) => line !== undefined).join("\n");
}

function on(what: string, how: string): string {
  return `  on   ${what.padEnd(9)} ${how}`;
}

function off(value: unknown, what: string, variable: string): string | undefined {
  return value === undefined ? `  off  ${what.padEnd(9)} set ${variable}` : undefined;
}

function chat(how: string | undefined, what: string, variable: string): string | undefined {
  return how === undefined ? off(undefined, what, variable) : on("chat", how);
}

function describeSlack({ mode, oauth }: NonNullable<Config["slack"]>, url: string | undefined) {
  const installed =
    oauth && url !== undefined ? `; workspaces install it at ${url}/slack/install` : "";
  return `Slack (${mode})${installed}`;
}

function describeDatabase(config: Config): string {
  if (config.databaseUrl === undefined) return `embedded, in ${config.dataDir}`;
  return config.redisUrl === undefined ? "Postgres, queue on Postgres" : "Postgres, queue on Redis";
}

function describeModels(config: Config, defaultModel: string): string {
  const providers = [
    ...(config.models.anthropic ? ["anthropic"] : []),
    ...(config.models.openai ? ["openai"] : []),
    ...config.models.compatible.map(({ name }) => name),
    "rehearsal (offline)",
  ];
  return `${providers.join(", ")}; default ${defaultModel}`;
}
