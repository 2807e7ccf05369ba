import { afterAll } from "vitest";
import { createGraphqlHandler } from "../../src/graphql/graphql-handler.ts";
import { startHttpServer } from "../../src/http/http-server.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { createReadiness } from "../../src/http/readiness.ts";
import { CONVERSATION_LANE } from "../../src/rooms/messages/receive-message.ts";
import { SUMMARY_LANE } from "../../src/turns/refresh-summary.ts";
import { silentLog, type Log } from "../../src/base/log.ts";
import { openTestApp, type TestApp } from "./test-app.ts";

export const TOKEN = "a-token-of-the-test-server";

type Answer<T> = {
  status: number;
  data: T | null | undefined;
  errors: { message: string; path?: unknown; extensions?: { code?: string } }[];
};

export type TestServer = {
  url: string;
  /** Asks GraphQL with the token. */
  ask<T = Record<string, never>>(query: string, variables?: object): Promise<Answer<T>>;
  /** Any request, with the token unless other headers are given. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
};

/** The web door of a test's process, on a free port of the loopback. */
export async function openTestServer(
  app: TestApp,
  { log = silentLog, openMetrics = true }: { log?: Log; openMetrics?: boolean } = {},
): Promise<TestServer> {
  const server = await startHttpServer({
    host: "127.0.0.1",
    port: 0,
    adminToken: TOKEN,
    graphql: createGraphqlHandler(app.control, log),
    readiness: createReadiness({ ping: app.db.ping, queue: app.queue }),
    metrics: createMetrics({
      sql: app.db.sql,
      queue: app.queue,
      lanes: [CONVERSATION_LANE, SUMMARY_LANE],
    }),
    openMetrics,
    log,
  });
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, {
      ...init,
      headers: init.headers ?? { authorization: `Bearer ${TOKEN}` },
    });
  return {
    url: server.url,
    fetch: send,
    async ask(query: string, variables: object = {}) {
      const response = await send("/graphql", {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await response.json()) as Partial<Answer<never>>;
      return { status: response.status, data: answer.data, errors: answer.errors ?? [] };
    },
    close: () => server.close(),
  };
}

/** A worker and its web door, for a whole test file. Call it at the top of the file. */
export async function openServedApp(): Promise<{ app: TestApp; server: TestServer }> {
  const app = await openTestApp();
  afterAll(() => app.close());
  await app.work();
  const server = await openTestServer(app);
  afterAll(() => server.close());
  return { app, server };
}
