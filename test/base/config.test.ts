import { describe, expect, it } from "vitest";
import { isLoopback, parseConfig } from "../../src/base/config.ts";
import { AppError } from "../../src/base/errors.ts";

/** The faults that a configuration is refused with, one line each; empty where it is taken. */
function faultsOf(env: Record<string, string>): string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "INVALID") throw error;
    return error.message.split("\n  ").slice(1);
  }
}

describe("the configuration", () => {
  it("of an empty environment is the documented one", () => {
    expect(parseConfig({})).toMatchObject({
      port: 4000,
      host: "127.0.0.1",
      dataDir: ".troupe",
      databaseUrl: undefined,
      redisUrl: undefined,
      adminToken: undefined,
      models: { anthropic: undefined, openai: undefined, compatible: [], prices: {} },
      defaultModel: undefined,
      behaviorsDir: "behaviors",
      agentsDir: "agents",
      logLevel: "info",
      shutdownTimeoutMs: 15_000,
    });
  });

  it("takes an empty variable for an absent one", () => {
    expect(parseConfig({ PORT: "", HOST: "", OPENAI_API_KEY: "" })).toEqual(parseConfig({}));
  });

  it("does not change any more", () => {
    const config = parseConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  });

  it("reads everything that can be set", () => {
    const config = parseConfig({
      PORT: "0",
      HOST: "0.0.0.0",
      DATA_DIR: "/var/lib/troupe",
      DATABASE_URL: "postgres://me:secret@db:5432/troupe",
      REDIS_URL: "rediss://cache:6379",
      TROUPE_ADMIN_TOKEN: "0123456789abcdef",
      TROUPE_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
      ANTHROPIC_API_KEY: "a-key",
      ANTHROPIC_BASE_URL: "http://127.0.0.1:9999",
      OPENAI_API_KEY: "o-key",
      OPENAI_COMPATIBLE:
        '[{"name":"groq","baseUrl":"https://api.groq.com/openai/v1","apiKeyEnv":"GROQ_KEY"}]',
      GROQ_KEY: "g-key",
      DEFAULT_MODEL: "groq/llama/3",
      MODEL_PRICES: '{"groq/llama/3":{"inputPerMillion":0.1,"outputPerMillion":0.2}}',
      LOG_LEVEL: "debug",
      SHUTDOWN_TIMEOUT_MS: "0",
    });
    expect(config).toMatchObject({
      port: 0,
      models: {
        anthropic: { apiKey: "a-key", baseUrl: "http://127.0.0.1:9999" },
        openai: { apiKey: "o-key" },
        compatible: [{ name: "groq", apiKeyEnv: "GROQ_KEY", apiKey: "g-key" }],
        prices: { "groq/llama/3": { inputPerMillion: 0.1, outputPerMillion: 0.2 } },
      },
      defaultModel: "groq/llama/3",
      shutdownTimeoutMs: 0,
    });
  });

  it.each<[string, string, RegExp]>([
    ["PORT", "http", /whole number from 0 to 65535/],
    ["PORT", "70000", /at most 65535/],
    ["PORT", "-1", /at least 0/],
    ["PORT", "80.5", /whole number/],
    ["DATABASE_URL", "mysql://db/troupe", /postgres:\/\//],
    ["DATABASE_URL", "not a url", /postgres:\/\//],
    ["TROUPE_ADMIN_TOKEN", "short", /at least 16 characters/],
    ["TROUPE_SECRET_KEY", "c2hvcnQ=", /openssl rand -base64 32/],
    ["TROUPE_SECRET_KEYS_OLD", "c2hvcnQ=", /openssl rand -base64 32/],
    ["PUBLIC_URL", "bot.example.com", /http\(s\) URL/],
    ["HEALTH_PORT", "70000", /at most 65535/],
    ["ANTHROPIC_BASE_URL", "ftp://x", /http\(s\) URL/],
    ["OPENAI_BASE_URL", "x", /http\(s\) URL/],
    ["OPENAI_COMPATIBLE", "{", /must be JSON/],
    [
      "OPENAI_COMPATIBLE",
      '[{"name":"Big","baseUrl":"http://x"}]',
      /at 0\.name: a name has lower-case/,
    ],
    ["OPENAI_COMPATIBLE", '[{"name":"a"}]', /at 0\.baseUrl/],
    ["OPENAI_COMPATIBLE", "{}", /array/],
    ["DEFAULT_MODEL", "gpt", /provider\/model/],
    ["MODEL_PRICES", '{"a/b":{"inputPerMillion":-1,"outputPerMillion":1}}', /inputPerMillion/],
    ["LOG_LEVEL", "loud", /silent, error, warn, info, debug/],
    ["SHUTDOWN_TIMEOUT_MS", "soon", /whole number/],
    ["WORKER_CONCURRENCY", "0", /at least 1/],
    ["TROUPE_OPERATORS_ROOM", "#operators", /must name a channel as slack:/],
    ["TROUPE_OPERATORS_ROOM", "slack:T1.C1", /set SLACK_BOT_TOKEN/],
    ["TROUPE_OPERATORS_ROOM", "discord:80351110224678912.80351110224678913", /set DISCORD_BOT/],
  ])("refuses %s=%s and says what it should be", (name, value, fault) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}\\b`));
    expect(faults[0]).toMatch(fault);
  });

  it("takes a room of operators on a platform that is set up", () => {
    const room = "discord:80351110224678912.80351110224678913";
    const env = { DISCORD_BOT_TOKEN: "token", TROUPE_OPERATORS_ROOM: room };
    expect(parseConfig(env).operatorsRoom).toBe(room);
  });

  it("lists every fault at once, also those that two variables make together", () => {
    const faults = faultsOf({
      PORT: "http",
      HOST: "0.0.0.0",
      REDIS_URL: "redis://cache:6379",
      LOG_LEVEL: "loud",
      OPENAI_COMPATIBLE: "{",
      MODEL_PRICES: "{",
    });
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual([
      "PORT",
      "LOG_LEVEL",
      "OPENAI_COMPATIBLE",
      "MODEL_PRICES",
      "TROUPE_ADMIN_TOKEN",
      "DATABASE_URL",
    ]);
  });

  it("streams in Slack unless it is told where not to", () => {
    const slack = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };
    const streamingOf = (env: object) => parseConfig({ ...slack, ...env }).slack?.streaming;
    expect(streamingOf({})).toBe("on");
    expect(streamingOf({ SLACK_STREAMING: "direct" })).toBe("direct");
    expect(faultsOf({ ...slack, SLACK_STREAMING: "yes" })).toEqual([
      "SLACK_STREAMING must be one of on, direct, off",
    ]);
  });

  it("acknowledges Slack's events once they are stored unless it is told otherwise", () => {
    const slack = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };
    const ackOf = (env: object) => parseConfig({ ...slack, ...env }).slack?.ack;
    expect(ackOf({})).toBe("stored");
    expect(ackOf({ SLACK_ACK: "kept" })).toBe("kept");
    expect(faultsOf({ ...slack, SLACK_ACK: "never" })).toEqual([
      "SLACK_ACK must be one of stored, kept",
    ]);
  });

  describe("of Slack for many workspaces", () => {
    const oauth = { SLACK_CLIENT_ID: "1.2", SLACK_CLIENT_SECRET: "s" };
    const http = { ...oauth, SLACK_SIGNING_SECRET: "signing" };

    it("needs a way to receive events", () => {
      expect(faultsOf(oauth)).toEqual([expect.stringContaining("SLACK_SIGNING_SECRET")]);
      expect(faultsOf({ ...oauth, SLACK_APP_TOKEN: "xapp-1" })).toEqual([]);
    });

    it("needs the secret key on the larger sizes, and has one generated on the embedded", () => {
      expect(faultsOf(http)).toEqual([]);
      const shared = { ...http, DATABASE_URL: "postgres://db/troupe" };
      expect(faultsOf(shared)).toEqual([expect.stringMatching(/^TROUPE_SECRET_KEY must be set/)]);
      const TROUPE_SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
      expect(faultsOf({ ...shared, TROUPE_SECRET_KEY })).toEqual([]);
    });

    it("needs the client's id and its secret", () => {
      expect(faultsOf({ SLACK_CLIENT_SECRET: "s" })).toEqual([
        "SLACK_CLIENT_ID must be set with SLACK_CLIENT_SECRET",
      ]);
      expect(faultsOf({ SLACK_CLIENT_ID: "1.2", SLACK_SIGNING_SECRET: "x" })).toEqual([
        "SLACK_CLIENT_SECRET must be set with SLACK_CLIENT_ID",
      ]);
    });

    it("is on without a bot token, and beside one", () => {
      expect(parseConfig(http).slack).toMatchObject({
        botToken: undefined,
        mode: "http",
        oauth: { clientId: "1.2", authorizeUrl: "https://slack.com/oauth/v2/authorize" },
      });
      const both = {
        ...http,
        SLACK_BOT_TOKEN: "xoxb-1",
        SLACK_AUTHORIZE_URL: "http://127.0.0.1:1/a",
      };
      expect(parseConfig(both).slack).toMatchObject({
        botToken: "xoxb-1",
        oauth: { authorizeUrl: "http://127.0.0.1:1/a" },
      });
    });
  });

  it("shows no secret in its faults", () => {
    const secret = "sup3r-s3cret";
    const env = {
      TROUPE_ADMIN_TOKEN: secret,
      TROUPE_SECRET_KEY: secret,
      DATABASE_URL: `mysql://me:${secret}@db`,
      REDIS_URL: `http://:${secret}@cache`,
      OPENAI_COMPATIBLE: `[{"name":"x","baseUrl":"${secret}"}]`,
    };
    expect(faultsOf(env).length).toBeGreaterThanOrEqual(5);
    expect(faultsOf(env).join("\n")).not.toContain(secret);
  });
});

describe("the loopback", () => {
  it.each(["localhost", "127.0.0.1", "127.8.9.10", "::1"])("is %s", (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(["0.0.0.0", "::", "10.0.0.1", "example.com", "127.example.com", "127.0.0.1.nip.io", ""])(
    "is not %s",
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
