import { z } from "zod";
import { AppError } from "./errors.ts";
import { LOG_LEVELS } from "./log.ts";
import { SLACK_ACK, SLACK_STREAMING, slackFaults, toSlack } from "./slack-config.ts";

export const ROLES = ["chat", "web", "worker"] as const;
export type ProcessRole = (typeof ROLES)[number];

const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });
const integer = (min: number, max: number) =>
  z.coerce.number({ error: `must be a whole number from ${min} to ${max}` }).pipe(
    z
      .int({ error: `must be a whole number from ${min} to ${max}` })
      .min(min, `must be at least ${min}`)
      .max(max, `must be at most ${max}`),
  );

const OPERATORS_ROOM = /^(?:slack:T[A-Z0-9]+\.[CGD][A-Z0-9]+|discord:\d{15,20}\.\d{15,20})$/;
const OPERATORS = /^(?:(?:slack:[A-Z0-9]+\.[A-Z0-9]+|discord:\d{15,20})(?:[,\s]+|$))*$/;
const secretKey = z.string().refine((text) => Buffer.from(text, "base64").length === 32, {
  error: "must be 32 bytes in base64; make one with: openssl rand -base64 32",
});

const Environment = z.object({
  PORT: integer(0, 65_535).default(4000),
  HOST: z.string().default("127.0.0.1"),
  PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, "")).optional(),
  HEALTH_PORT: integer(0, 65_535).optional(),
  DATA_DIR: z.string().default(".troupe"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "must look like postgres://user@host:5432/name" })
    .optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "must look like redis://host:6379" }).optional(),
  TROUPE_ADMIN_TOKEN: z.string().min(16, "must have at least 16 characters").optional(),
  TROUPE_SECRET_KEY: secretKey.optional(),
  TROUPE_SECRET_KEYS_OLD: z
    .string()
    .transform((text) => text.split(",").map((key) => key.trim()))
    .pipe(z.array(secretKey))
    .default([]),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: httpUrl.optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: httpUrl.optional(),
  OPENAI_COMPATIBLE: z.string().default("[]"),
  DEFAULT_MODEL: z
    .string()
    .regex(/^[^/\s]+\/\S+$/, "must be provider/model, for example anthropic/claude-sonnet-4-5")
    .optional(),
  SLACK_BOT_TOKEN: z.string().startsWith("xoxb-", "must begin with xoxb-").optional(),
  SLACK_APP_TOKEN: z.string().startsWith("xapp-", "must begin with xapp-").optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_MODE: z.enum(["socket", "http"], { error: "must be socket or http" }).optional(),
  SLACK_ACK: z.enum(SLACK_ACK, { error: `must be one of ${SLACK_ACK.join(", ")}` }).optional(),
  SLACK_STREAMING: z
    .enum(SLACK_STREAMING, { error: `must be one of ${SLACK_STREAMING.join(", ")}` })
    .optional(),
  SLACK_CLIENT_ID: z.string().optional(),
  SLACK_CLIENT_SECRET: z.string().optional(),
  SLACK_API_URL: httpUrl.optional(),
  SLACK_AUTHORIZE_URL: httpUrl.optional(),
  DISCORD_BOT_TOKEN: z.string().optional(),
  DISCORD_API_URL: httpUrl.optional(),
  DISCORD_CDN_URL: httpUrl.optional(),
  TROUPE_OPERATORS: z
    .string()
    .regex(OPERATORS, "must list people as slack:T024BE7LD.U061F7AUR,discord:80351110224678912")
    .default(""),
  TROUPE_OPERATORS_ROOM: z
    .string()
    .regex(
      OPERATORS_ROOM,
      "must name a channel as slack:T024BE7LD.C061EG9T2 or discord:<server>.<channel>",
    )
    .optional(),
  MODEL_PRICES: z.string().default("{}"),
  BEHAVIORS_DIR: z.string().default("behaviors"),
  AGENTS_DIR: z.string().default("agents"),
  WORKER_CONCURRENCY: integer(1, 1000).default(64),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(", ")}` })
    .default("info"),
  SHUTDOWN_TIMEOUT_MS: integer(0, 600_000).default(15_000),
});

const Endpoints = z.array(
  z.object({
    name: z.string().regex(/^[a-z][a-z0-9-]*$/, "a name has lower-case letters, digits and dashes"),
    baseUrl: httpUrl,
    apiKeyEnv: z.string().optional(),
    images: z.union([z.boolean(), z.array(z.string())]).optional(),
  }),
);

const dollars = z.number().min(0);
const Prices = z.record(
  z.string(),
  z.object({
    inputPerMillion: dollars,
    outputPerMillion: dollars,
    cacheReadPerMillion: dollars.optional(),
    cacheWritePerMillion: dollars.optional(),
  }),
);

export type Config = Readonly<ReturnType<typeof toConfig>>;

/**
 * The whole configuration of a process from its environment, frozen. Every fault is collected
 * into one `INVALID` error, a line per variable, so that nothing is opened on a bad set-up.
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(present);
  const faults = parsed.success ? [] : parsed.error.issues.map(toFault);
  const values = parsed.success ? parsed.data : undefined;
  const endpoints = parseJson(
    "OPENAI_COMPATIBLE",
    present["OPENAI_COMPATIBLE"] ?? "[]",
    Endpoints,
    faults,
  );
  const prices = parseJson("MODEL_PRICES", present["MODEL_PRICES"] ?? "{}", Prices, faults);
  faults.push(...crossFaults(present));
  if (!values || faults.length > 0) {
    throw new AppError("INVALID", `The configuration has faults:\n  ${faults.join("\n  ")}`);
  }
  return Object.freeze(toConfig(values, endpoints ?? [], prices ?? {}, present));
}

function toConfig(
  values: z.infer<typeof Environment>,
  endpoints: z.infer<typeof Endpoints>,
  prices: z.infer<typeof Prices>,
  env: Record<string, string | undefined>,
) {
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL,
    healthPort: values.HEALTH_PORT,
    dataDir: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    adminToken: values.TROUPE_ADMIN_TOKEN,
    secretKey: values.TROUPE_SECRET_KEY,
    oldSecretKeys: values.TROUPE_SECRET_KEYS_OLD,
    models: {
      anthropic: toProvider(values.ANTHROPIC_API_KEY, values.ANTHROPIC_BASE_URL),
      openai: toProvider(values.OPENAI_API_KEY, values.OPENAI_BASE_URL),
      compatible: endpoints.map(({ name, baseUrl, apiKeyEnv, images }) => {
        const apiKey = apiKeyEnv === undefined ? undefined : env[apiKeyEnv];
        return {
          name,
          baseUrl,
          ...(apiKeyEnv !== undefined && { apiKeyEnv }),
          ...(apiKey !== undefined && { apiKey }),
          ...(images !== undefined && { images }),
        };
      }),
      prices,
    },
    slack: toSlack(values),
    discord: toDiscord(values),
    /** Who may run every room, besides those whom the platform says. */
    operators: new Set(
      values.TROUPE_OPERATORS.split(/[,\s]+/).filter(Boolean),
    ) as ReadonlySet<string>,
    /** Where operators are told what they have to know. */
    operatorsRoom: values.TROUPE_OPERATORS_ROOM,
    defaultModel: values.DEFAULT_MODEL,
    behaviorsDir: values.BEHAVIORS_DIR,
    agentsDir: values.AGENTS_DIR,
    workerConcurrency: values.WORKER_CONCURRENCY,
    logLevel: values.LOG_LEVEL,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
  };
}

function toProvider(apiKey: string | undefined, baseUrl: string | undefined) {
  return apiKey === undefined ? undefined : { apiKey, ...(baseUrl !== undefined && { baseUrl }) };
}

function toDiscord(values: z.infer<typeof Environment>) {
  const { DISCORD_BOT_TOKEN: botToken, DISCORD_API_URL: apiUrl, DISCORD_CDN_URL: cdnUrl } = values;
  return botToken === undefined ? undefined : { botToken, apiUrl, cdnUrl };
}

/** Faults that only two variables together make; each of them may be faulty by itself besides. */
function crossFaults(env: Record<string, string | undefined>): string[] {
  const faults: string[] = [];
  const host = env["HOST"] ?? "127.0.0.1";
  if (!isLoopback(host) && env["TROUPE_ADMIN_TOKEN"] === undefined) {
    faults.push(
      `TROUPE_ADMIN_TOKEN must be set when HOST is ${host}: a token is generated on loopback only`,
    );
  }
  if (env["REDIS_URL"] !== undefined && env["DATABASE_URL"] === undefined) {
    faults.push(
      "DATABASE_URL must be set when REDIS_URL is: the embedded database has one process",
    );
  }
  return [...faults, ...operatorsRoomFaults(env), ...slackFaults(env)];
}

function operatorsRoomFaults(env: Record<string, string | undefined>): string[] {
  const [platform] = (env["TROUPE_OPERATORS_ROOM"] ?? "").split(":");
  const slack = env["SLACK_BOT_TOKEN"] ?? env["SLACK_CLIENT_ID"];
  if (platform === "slack" && slack === undefined) {
    return ["TROUPE_OPERATORS_ROOM is on Slack: set SLACK_BOT_TOKEN or SLACK_CLIENT_ID too"];
  }
  if (platform === "discord" && env["DISCORD_BOT_TOKEN"] === undefined) {
    return ["TROUPE_OPERATORS_ROOM is on Discord: set DISCORD_BOT_TOKEN too"];
  }
  return [];
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function toFault(issue: z.core.$ZodIssue): string {
  return `${issue.path.join(".")} ${issue.message}`;
}

function parseJson<T>(
  name: string,
  text: string,
  schema: z.ZodType<T>,
  faults: string[],
): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    faults.push(`${name} must be JSON`);
    return undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    faults.push(`${name}${path.length > 0 ? ` at ${path.join(".")}` : ""}: ${message}`);
  }
  return undefined;
}
