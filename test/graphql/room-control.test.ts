import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { openTestServer, type TestServer, TOKEN } from "../support/test-server.ts";
import { runCli } from "../support/run-cli.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let server: TestServer;
beforeAll(async () => {
  app = await openTestApp();
  await app.addBehavior({ name: "pirate", script: `return { personality = { tone = "salty" } }` });
  await app.work();
  server = await openTestServer(app);
});
afterAll(async () => {
  await server.close();
  await app.close();
});

const cli = (...args: string[]) =>
  runCli([...args, "--url", server.url], { env: { TROUPE_ADMIN_TOKEN: TOKEN } });

describe("a room in GraphQL and on the command line", () => {
  it("is stopped: the running answer ends, and what waits is declined", async () => {
    app.model.script({ text: "Once", hangs: true });
    const calls = app.model.requests.length;
    const { turnIds } = await app.say("busy", "Ana", "A tale, please");
    await until(() => app.model.requests.length > calls);
    await app.say("busy", "Ben", "And me?");
    const { data } = await server.ask<{ stopRoom: object }>(
      `mutation { stopRoom(room: "console:busy") { running waiting } }`,
    );
    expect(data).toEqual({ stopRoom: { running: 1, waiting: 1 } });
    const turn = await app.untilTurnEnds(turnIds[0] ?? "");
    expect(turn).toMatchObject({ status: "declined", reason: "Stopped by admin." });
    const again = await cli("rooms", "stop", "console:busy");
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/ended\s+0/) });
    const nowhere = await server.ask(`mutation { stopRoom(room: "lobby") { running } }`);
    expect(nowhere.errors[0]?.extensions?.code).toBe("INVALID");
  });

  it("shows its agents, their behaviors and its cost, and has behaviors switched", async () => {
    await app.ask("ship", "Ana", "Ahoy");
    const change = `mutation ($behavior: String) { switchBehavior(room: "console:ship", agent: "sage", behavior: $behavior) {
      members { agent { slug } mode behavior { name source } } spend { agentSlug turns costMicros } } }`;
    const { data } = await server.ask(change, { behavior: "pirate" });
    expect(data).toMatchObject({
      switchBehavior: {
        members: [
          {
            agent: { slug: "sage" },
            mode: "mention",
            behavior: { name: "pirate", source: "ROOM" },
          },
        ],
        spend: [{ agentSlug: "sage", turns: 1 }],
      },
    });
    const shown = await cli("rooms", "show", "console:ship");
    expect(shown.stdout).toContain("pirate (room)");
    const reset = await cli("rooms", "reset", "console:ship", "sage");
    expect(reset.stdout).not.toContain("pirate");
    const bound = await cli("rooms", "bind", "console:ship", "sage", "listen");
    expect(bound.stdout).toContain("listen");
    const unknown = await cli("rooms", "switch", "console:ship", "sage", "nothing");
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("nothing") });
  });

  it("has its last answer judged", async () => {
    const turn = await app.ask("judged", "Ana", "Hello");
    const judge = `mutation ($person: String!) { judgeLastAnswer(room: "console:judged", person: $person, good: false, reason: "short") {
      id feedback { person verdict reason } } }`;
    expect((await server.ask(judge, { person: "Ana" })).data).toEqual({
      judgeLastAnswer: {
        id: turn.id,
        feedback: [{ person: "Ana", verdict: "BAD", reason: "short" }],
      },
    });
  });
});

describe("a person in GraphQL and on the command line", () => {
  it("is told what is kept, and is forgotten", async () => {
    await app.ask("kept", "Zoe", "I like plums");
    const stored = `{ storedAbout(room: "console:kept", person: "Zoe") { name messages rooms timeZone } }`;
    expect((await server.ask(stored)).data).toEqual({
      storedAbout: { name: "Zoe", messages: 1, rooms: 1, timeZone: "UTC" },
    });
    expect((await cli("people", "show", "console:kept", "zoe")).stdout).toMatch(
      /messages\s+1 in 1/,
    );
    const forget = `mutation { forgetPerson(room: "console:kept", person: "zoe") { messages summaries } }`;
    expect((await server.ask(forget)).data).toEqual({
      forgetPerson: { messages: 1, summaries: 0 },
    });
    expect((await cli("people", "forget", "console:kept", "zoe")).stdout).toMatch(/messages\s+0/);
    const nobody = await server.ask(stored.replace("Zoe", "nobody at all"));
    expect(nobody.errors[0]?.extensions?.code).toBe("NOT_FOUND");
  });
});
