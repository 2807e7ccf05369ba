import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHttpServer } from "../../src/http/http-server.ts";
import { createReadiness } from "../../src/http/readiness.ts";
import { createRecordedLog } from "../support/recorded-log.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";
import { openTestServer, TOKEN, type TestServer } from "../support/test-server.ts";
import { untilPasses } from "../support/until.ts";

const sizes = await testSizes();

describe.each(sizes)("the web door, on $name", (size) => {
  let app: TestApp;
  let server: TestServer;
  const log = createRecordedLog();
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.work();
    server = await openTestServer(app, { log });
  });
  afterAll(async () => {
    await server.close();
    await app.close();
  });

  it("says that it lives and that it is ready", async () => {
    const health = await server.fetch("/healthz", { headers: {} });
    expect(await health.json()).toEqual({ status: "ok" });
    // On a busy machine an answer may come too late for one look.
    const ready = await untilPasses(async () => {
      const answer = await server.fetch("/readyz", { headers: {} });
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(await ready.json()).toEqual({
      status: "ok",
      checks: { database: "ok", queue: "ok", migrations: "ok" },
    });
  });

  it("tells Prometheus what the installation does", async () => {
    await app.ask("metrics", "Ana", "Hello");
    app.model.script({ fails: "network" });
    await app.ask("metrics", "Ana", "Hello?");
    await app.say("metrics-waiting", "Ana", "@x nobody");
    const response = await server.fetch("/metrics", { headers: {} });
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=/);
    const metrics = parseMetrics(await response.text());
    expect(metrics.get('troupe_tasks_total{outcome="succeeded"}')).toBeGreaterThanOrEqual(1);
    expect(metrics.get('troupe_tasks_total{outcome="failed"}')).toBe(1);
    expect(metrics.get("troupe_model_calls_total")).toBeGreaterThanOrEqual(2);
    expect(metrics.get("troupe_workers")).toBe(1);
    expect(metrics.get('troupe_queue_waiting{lane="conversations"}')).toBeGreaterThanOrEqual(0);
    expect(metrics.get("troupe_oldest_open_turn_seconds")).toBeGreaterThanOrEqual(0);
    expect(metrics.get("nodejs_heap_size_used_bytes")).toBeGreaterThan(1e6);
  });

  it("keeps metrics to those with the token where it is not on the loopback", async () => {
    const other = await openTestServer(app, { openMetrics: false });
    expect((await other.fetch("/metrics", { headers: {} })).status).toBe(401);
    expect((await other.fetch("/metrics")).status).toBe(200);
    await other.close();
  });

  it.each(["/", "/admin", "/graphql/", "/healthz/x", "/%2e%2e/etc/passwd", "/favicon.ico"])(
    "has nothing at %s, and says where to look",
    async (path) => {
      const response = await server.fetch(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ error: expect.stringContaining("/graphql") });
    },
  );

  it.each(["//", "//a:b@c:99999/", "http://[/", "/\\", "*"])(
    "answers the odd address %j without a fault of its own",
    async (path) => {
      const status = await rawStatus(server.url, path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(log.lines).toEqual([]);
    },
  );

  it("says in a sentence that its port is in use", async () => {
    const port = Number(new URL(server.url).port);
    const opening = startHttpServer({
      host: "127.0.0.1",
      port,
      adminToken: TOKEN,
      graphql: () => undefined,
      readiness: async () => ({ ready: true, checks: {} }),
      metrics: async () => ({ contentType: "text/plain", text: "" }),
      openMetrics: true,
      log,
    });
    await expect(opening).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: `Port ${port} on 127.0.0.1 is in use. Stop what listens there or set PORT to another one.`,
    });
  });
});

describe.each(sizes)("readiness, on $name", (size) => {
  it("ends with the database", async () => {
    const app = await openTestApp({ size });
    const server = await openTestServer(app);
    await untilPasses(async () => expect((await server.fetch("/readyz")).status).toBe(200));
    await app.close();
    const response = await server.fetch("/readyz");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      status: "unavailable",
      checks: { database: expect.not.stringMatching(/^ok$/) },
    });
    expect((await server.fetch("/healthz")).status).toBe(200);
    await server.close();
  });
});

describe("readiness", () => {
  const queue = { health: async () => ({ ok: true, detail: "fine" }) };

  it("fails where the queue does not answer, with its reason", async () => {
    const readiness = createReadiness({
      ping: async () => undefined,
      queue: { health: async () => ({ ok: false, detail: "Redis is away" }) },
    });
    expect(await readiness()).toEqual({
      ready: false,
      checks: { database: "ok", queue: "Redis is away", migrations: "ok" },
    });
  });

  it("does not wait for ever for a database that hangs", async () => {
    const readiness = createReadiness({ ping: () => new Promise(() => undefined), queue });
    expect(await readiness()).toMatchObject({
      ready: false,
      checks: { database: "no answer within 2000 ms" },
    });
  });
});

/** The values by series; a line that is neither a comment nor a sample is a fault. */
function parseMetrics(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const sample = /^([a-z_:][\w:]*(?:\{.*\})?) (\S+)$/i.exec(line);
      if (!sample) throw new Error(`no sample: ${line}`);
      return [sample[1] ?? "", Number(sample[2])];
    }),
  );
}

/** The status of a request whose path is sent as it stands. */
function rawStatus(url: string, path: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once("error", reject);
    sent.end();
  });
}
