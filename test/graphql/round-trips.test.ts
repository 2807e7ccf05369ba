import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countQueries } from "../support/count-queries.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { openTestServer, type TestServer } from "../support/test-server.ts";

let app: TestApp;
let server: TestServer;
beforeAll(async () => {
  app = await openTestApp();
  await app.work();
  server = await openTestServer(app);
  for (let index = 0; index < 12; index++) {
    const slug = `agent-${index}`;
    await app.addAgent({ slug, role: "crowd" });
    const script = `return { personality = { tone = "t${index}" } }`;
    await app.addBehavior({ name: `behavior_${index}`, role: "crowd", script, assignTo: slug });
    await app.ask("crowd", `Person ${index}`, `@${slug} hello`);
  }
});
afterAll(async () => {
  await server.close();
  await app.close();
});

describe("lists ask each table once, however long they are", () => {
  it.each([
    ["agents alone", `{ agents(role: "crowd") { slug name } }`, 1],
    [
      "agents with statistics, behavior and revision",
      `{ agents(role: "crowd") { slug successRate tasksCompleted consecutiveFailures
         avgResponseTimeMs lastTaskAt behavior { name revision } } }`,
      4,
    ],
    [
      "behaviors with their revisions",
      `{ behaviors(role: "crowd") { name revision { number } } }`,
      2,
    ],
    [
      "messages with their authors",
      `{ room(key: "console:crowd") { messages(last: 24) { text author { kind name } } } }`,
      2,
    ],
  ])("%s", async (_what, query, most) => {
    const counter = countQueries(app.db);
    const { errors, data } = await server.ask<Record<string, unknown>>(query);
    const queries = counter.stop();
    expect(errors).toEqual([]);
    expect(JSON.stringify(data).length).toBeGreaterThan(200);
    expect(queries.length).toBeLessThanOrEqual(most);
    expect(queries.length).toBeGreaterThan(0);
  });
});
