import { randomBytes } from "node:crypto";

import { Redis } from "ioredis";
import { Client } from "pg";
import { afterAll } from "vitest";

import { type OwnServer, startPostgres, startRedis } from "./own-server.ts";
import { pause } from "./until.ts";

const START_TIMEOUT_MS = 60_000;
// A port where nobody listens refuses at once; a busy server may take its time.
const CONNECT_TIMEOUT_MS = 30_000;

export type TestDatabase = { url: string; drop(): Promise<void> };
export type PostgresService = { url: string; createDatabase(): Promise<TestDatabase> };
export type RedisService = { url: string; prefix: string };

/**
 * The Postgres of `TEST_DATABASE_URL`, else the one on the loopback, else one started for this test
 * file. Without any, in CI an error and elsewhere undefined, for `describe.skipIf`.
 * Call it at the top of a test file; what it started stops after the file's tests.
 */
export async function requirePostgres(): Promise<PostgresService | undefined> {
  const running = await findPostgres();
  if (running) return running;
  const url = await startOwn("Postgres", startPostgres, pingPostgres, (port) => {
    return `postgres://postgres@127.0.0.1:${port}/postgres`;
  });
  return url === undefined ? undefined : { url, createDatabase: () => createDatabase(url) };
}

/** The Postgres that runs already; undefined where none does. */
export async function findPostgres(): Promise<PostgresService | undefined> {
  const url = process.env["TEST_DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres";
  const isThere = await isReachable(pingPostgres, url);
  return isThere ? { url, createDatabase: () => createDatabase(url) } : undefined;
}

/** Likewise the Redis of `TEST_REDIS_URL`; keys under the random prefix are removed afterwards. */
export async function requireRedis(): Promise<RedisService | undefined> {
  const given = process.env["TEST_REDIS_URL"] ?? "redis://127.0.0.1:6379";
  const url = (await isReachable(pingRedis, given))
    ? given
    : await startOwn("Redis", startRedis, pingRedis, (port) => `redis://127.0.0.1:${port}`);
  if (url === undefined) return undefined;
  const prefix = `troupe-test-${randomName()}`;
  afterAll(() => removeKeys(url, prefix));
  return { url, prefix };
}

async function startOwn(
  name: string,
  start: () => Promise<OwnServer | undefined>,
  ping: (url: string) => Promise<unknown>,
  toUrl: (port: number) => string,
): Promise<string | undefined> {
  const server = await start();
  if (server) {
    afterAll(() => server.stop());
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (await isReachable(ping, toUrl(server.port))) return toUrl(server.port);
      await pause(50);
    }
  }
  if (process.env["CI"]) throw new Error(`${name} can neither be reached nor started`);
  return undefined;
}

async function createDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `troupe_test_${randomName()}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await runSql(serverUrl, `create database ${name}`);
  return {
    url: url.href,
    drop: async () => {
      await runSql(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

const pingPostgres = (url: string) => runSql(url, "select 1");

async function runSql(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function pingRedis(url: string): Promise<unknown> {
  const redis = connectRedis(url);
  try {
    return await redis.ping();
  } finally {
    redis.disconnect();
  }
}

async function removeKeys(url: string, prefix: string): Promise<void> {
  const redis = connectRedis(url);
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
    if (keys.length > 0) await redis.unlink(keys);
  }
  redis.disconnect();
}

function connectRedis(url: string): Redis {
  const redis = new Redis(url, { retryStrategy: null, connectTimeout: CONNECT_TIMEOUT_MS });
  redis.on("error", () => undefined);
  return redis;
}

async function isReachable(ping: (url: string) => Promise<unknown>, url: string): Promise<boolean> {
  try {
    await ping(url);
    return true;
  } catch {
    return false;
  }
}

function randomName(): string {
  return randomBytes(6).toString("hex");
}
