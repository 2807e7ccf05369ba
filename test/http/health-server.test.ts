import { expect, onTestFinished, test } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { startHealthServer } from "../../src/http/health-server.ts";
import type { Readiness } from "../../src/http/readiness.ts";

async function open(readiness: Readiness, port = 0) {
  const server = await startHealthServer({ host: "127.0.0.1", port, readiness, log: silentLog });
  onTestFinished(() => server.close());
  return server;
}
const isReady: Readiness = async () => ({ ready: true, checks: { database: "ok" } });

test("a process without the web role says whether it lives and can work", async () => {
  let ready = true;
  const { url } = await open(async () => ({ ready, checks: { database: ready ? "ok" : "away" } }));
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "ok" });
  expect((await fetch(`${url}/readyz?probe=1`)).status).toBe(200);
  ready = false;
  const answer = await fetch(`${url}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ checks: { database: "away" } });
});

test("it answers nothing else, and no failure ends it", async () => {
  const { url } = await open(() => Promise.reject(new Error("broken")));
  for (const path of ["/", "/graphql", "/metrics", "//", "/slack/events"]) {
    expect((await fetch(url + path)).status).toBe(404);
  }
  await expect(fetch(`${url}/readyz`)).rejects.toThrow("fetch failed");
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test("a port in use is named with its variable", async () => {
  const { url } = await open(isReady);
  await expect(open(isReady, Number(new URL(url).port))).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("HEALTH_PORT"),
  });
});
