import { auditServer } from "graphql-http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { openTestServer, TOKEN, type TestServer } from "../support/test-server.ts";

let app: TestApp;
let server: TestServer;
beforeAll(async () => {
  app = await openTestApp();
  server = await openTestServer(app);
});
afterAll(async () => {
  await server.close();
  await app.close();
});

it("the door passes every audit of GraphQL over HTTP", async () => {
  const fetchFn = (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${TOKEN}`);
    return fetch(url, { ...init, headers });
  };
  const results = await auditServer({ url: `${server.url}/graphql`, fetchFn });
  expect(results.length).toBeGreaterThanOrEqual(61);
  const failed = results.filter(({ status }) => status !== "ok");
  expect(failed.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
});
