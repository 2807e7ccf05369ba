import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";
import { openTestServer, type TestServer } from "../support/test-server.ts";

const sizes = await testSizes();

const AGENT = `slug name role status successRate tasksCompleted consecutiveFailures
  behavior { name revision }`;

type Sent = { sendMessage: { message: { id: string }; turns: { id: string }[] } };
const SEND = `mutation ($room: String!, $text: String!, $id: String) {
  sendMessage(input: { room: $room, person: "ana", text: $text, clientMessageId: $id }) {
    message { id } turns { id } } }`;

describe.each(sizes)("the names that clients rely on, on $name", (size) => {
  let app: TestApp;
  let server: TestServer;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.work();
    server = await openTestServer(app);
  });
  afterAll(async () => {
    await server.close();
    await app.close();
  });

  /** Asks what must be answered without errors. */
  async function ask<T>(query: string, variables: object = {}): Promise<T> {
    const { status, data, errors } = await server.ask<T>(query, variables);
    expect(errors).toEqual([]);
    expect(status).toBe(200);
    return data as T;
  }

  it("sendMessage answers with the message and its turns", async () => {
    const { sendMessage } = await ask<Sent>(SEND, { room: "console:send", text: "@sage hi" });
    expect(sendMessage).toEqual({
      message: { id: expect.any(String) },
      turns: [{ id: expect.any(String) }],
    });
  });

  it("sendMessage with the same clientMessageId again answers the same", async () => {
    const input = { room: "console:twice", text: "@sage hi", id: "client-1" };
    const first = await ask<Sent>(SEND, input);
    expect(await ask<Sent>(SEND, input)).toEqual(first);
    const said = (await app.messagesOf("twice")).filter(({ author }) => author === "ana");
    expect(said).toHaveLength(1);
  });

  it("turn tells status, agent, behavior, model, cost, steps and reply", async () => {
    const script = `return { personality = { tone = "warm" } }`;
    await app.addAgent({ slug: "warm", name: "Warm" });
    await app.addBehavior({ name: "warmth", script, assignTo: "warm" });
    app.model.script({ text: "Hi Ana." });
    const { sendMessage } = await ask<Sent>(SEND, { room: "console:turn", text: "@warm hi" });
    const id = sendMessage.turns[0]?.id ?? "";
    await app.untilTurnEnds(id);
    const { turn } = await ask<{ turn: { steps: { kind: string; name: string }[] } }>(
      `query ($id: ID!) { turn(id: $id) { id status agent { slug } behavior { name number script }
        model costMicros reason mergedInto { id } createdAt startedAt finishedAt
        steps { kind name status durationMs costMicros output at } reply { author { kind name } text } } }`,
      { id },
    );
    expect(turn).toMatchObject({
      id,
      status: "DONE",
      agent: { slug: "warm" },
      behavior: { name: "warmth", number: 1, script: expect.stringContaining("warm") },
      model: "scripted/one",
      costMicros: "105",
      reason: null,
      mergedInto: null,
      finishedAt: "2026-03-10T10:30:00.000Z",
      reply: { author: { kind: "AGENT", name: "Warm" }, text: "Hi Ana." },
    });
    expect(turn.steps.map(({ kind }) => kind)).toEqual(
      "ASSEMBLE BEHAVE SELECT REPLY DELIVER REMEMBER RECORD".split(" "),
    );
    expect(turn.steps[3]).toMatchObject({
      status: "DONE",
      durationMs: 0,
      costMicros: "105",
      output: { text: "Hi Ana.", usage: { inputTokens: 10, outputTokens: 5 } },
    });
  });

  it("a merged turn has the reply of the turn that answers it", async () => {
    const sent = await app.say("merged", "Ana", "one");
    const other = await app.say("merged", "Ana", "two");
    const [lead = "", merged = ""] = [...sent.turnIds, ...other.turnIds];
    await app.untilTurnEnds(merged);
    const { turn } = await ask<{ turn: object }>(
      `query ($id: ID!) { turn(id: $id) { status mergedInto { id } reply { text turnId } } }`,
      { id: merged },
    );
    const status = (await app.turn(merged)).status.toUpperCase();
    expect(turn).toMatchObject({
      status,
      reply: { turnId: status === "MERGED" ? lead : merged },
    });
  });

  it("room has its newest messages, oldest first", async () => {
    for (const text of ["one", "two", "last"]) await app.ask("listed", "Ana", text);
    const { room } = await ask<{ room: { messages: { text: string }[] } }>(
      `{ room(key: "console:listed") { key messages(last: 2) {
          id author { kind name } text postedAt turnId } } }`,
    );
    expect(room).toMatchObject({
      key: "console:listed",
      messages: [
        { author: { kind: "PERSON", name: "Ana" }, text: "last" },
        { author: { kind: "AGENT", name: "Sage" }, postedAt: "2026-03-10T10:30:00.000Z" },
      ],
    });
    expect(await ask(`{ room(key: "console:empty-room") { key } }`)).toEqual({ room: null });
  });

  it("agents can be created, read, filtered, changed, paused, stopped and resumed", async () => {
    await app.addBehavior({ name: "painterly", script: `return { personality = { tone = "x" } }` });
    const created = await ask<{ createAgent: object }>(
      `mutation ($input: CreateAgentInput!) { createAgent(input: $input) {
        ${AGENT} systemPrompt avatar model tools personality memoryEnabled notes createdBy } }`,
      {
        input: {
          slug: "painter",
          name: "Painter",
          role: "artist",
          systemPrompt: "You paint.",
          avatar: ":art:",
          model: "scripted/one",
          tools: ["time"],
          personality: { traits: { openness: 0.9 } },
          behavior: "painterly",
        },
      },
    );
    expect(created.createAgent).toEqual({
      slug: "painter",
      name: "Painter",
      role: "artist",
      status: "ACTIVE",
      successRate: 1,
      tasksCompleted: 0,
      consecutiveFailures: 0,
      behavior: { name: "painterly", revision: 1 },
      systemPrompt: "You paint.",
      avatar: ":art:",
      model: "scripted/one",
      tools: ["time"],
      personality: { traits: { openness: 0.9 } },
      memoryEnabled: true,
      notes: null,
      createdBy: "admin",
    });
    const change = `mutation { updateAgent(slug: "painter", input: { name: "Frida", model: null, behavior: null }) {
      name model behavior { name } tools } }`;
    expect(await ask(change)).toEqual({
      updateAgent: { name: "Frida", model: null, behavior: null, tools: ["time"] },
    });
    for (const [verb, status] of [
      ["pause", "PAUSED"],
      ["stop", "STOPPED"],
      ["resume", "ACTIVE"],
      ["resume", "ACTIVE"],
    ] as const) {
      expect(await ask(`mutation { ${verb}Agent(slug: "painter") { status } }`)).toEqual({
        [`${verb}Agent`]: { status },
      });
      expect(await ask(`{ agents(status: ${status}, role: "artist") { slug } }`)).toEqual({
        agents: [{ slug: "painter" }],
      });
    }
    expect(
      await ask(`{ agent(slug: "painter") { name } nobody: agent(slug: "no") { name } }`),
    ).toEqual({
      agent: { name: "Frida" },
      nobody: null,
    });
  });

  it("behaviors are listed by name, by role, with their revisions", async () => {
    const script = (tone: string) => `return { personality = { tone = "${tone}" } }`;
    await app.addBehavior({ name: "listed", role: "lister", script: script("a") });
    await app.addBehavior({ name: "listed", role: "lister", script: script("b") });
    const query = `{ behaviors(role: "lister") { name role status lastError revision { number sha256 }
      revisions { number script createdBy } } }`;
    const { behaviors } = await ask<{ behaviors: object[] }>(query);
    expect(behaviors).toMatchObject([
      {
        name: "listed",
        role: "lister",
        status: "ACTIVE",
        lastError: null,
        revision: { number: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        revisions: [
          { number: 2, createdBy: "file" },
          { number: 1, createdBy: "file" },
        ],
      },
    ]);
    expect(await ask(`{ behavior(name: "listed") { name } }`)).toMatchObject({
      behavior: { name: "listed" },
    });
  });
});
