import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../src/base/ids.ts";
import { createRecordedLog } from "../support/recorded-log.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { openTestServer, type TestServer } from "../support/test-server.ts";

let app: TestApp;
let server: TestServer;
const log = createRecordedLog();
beforeAll(async () => {
  app = await openTestApp();
  server = await openTestServer(app, { log });
});
afterAll(async () => {
  await server.close();
  await app.close();
});
beforeEach(() => void log.lines.splice(0));

const CREATE = `mutation ($input: CreateAgentInput!) { createAgent(input: $input) { slug } }`;
const UPDATE = `mutation ($input: UpdateAgentInput!) { updateAgent(slug: "sage", input: $input) { slug } }`;
const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }`;
const agent = (fields: object) => ({
  input: { slug: "x", name: "X", systemPrompt: "X", ...fields },
});
const message = (fields: object) => ({
  input: { room: "console:errors", person: "ana", text: "hi", ...fields },
});

type Case = [what: string, query: string, variables: object, message: RegExp];

const INVALID: Case[] = [
  ["a slug with spaces", CREATE, agent({ slug: "a b" }), /slug must have lower-case letters/],
  ["an empty name", CREATE, agent({ name: " " }), /name /],
  ["a role with capitals", CREATE, agent({ role: "Big Boss" }), /role must have lower-case/],
  ["a model without a provider", CREATE, agent({ model: "gpt" }), /model must be provider\/model/],
  ["a trait beyond 1", CREATE, agent({ personality: { traits: { openness: 2 } } }), /openness/],
  ["an unknown personality field", CREATE, agent({ personality: { mood: 1 } }), /mood/],
  ["several faults at once", CREATE, agent({ slug: "A", role: "B" }), /role .*; slug /],
  ["no name in a change", UPDATE, { input: { name: null } }, /name/],
  ["an empty message", SEND, message({ text: "  " }), /The message is empty/],
  ["an oversized message", SEND, message({ text: "x".repeat(300_000) }), /at most 262144 fit/],
  ["a nameless person", SEND, message({ person: "" }), /person must be a name/],
  ["a room without a platform", SEND, message({ room: "lobby" }), /platform:channel/],
  ["somebody else's room", SEND, message({ room: "slack:C1" }), /through slack only/],
  ["a turn id that is none", `{ turn(id: "1") { id } }`, {}, /"1" is no turn id/],
  ["a room key that is none", `{ room(key: "x") { key } }`, {}, /platform:channel/],
  ["an unknown field", `{ agents { shoeSize } }`, {}, /shoeSize/],
  ["a missing argument", `{ turn { id } }`, {}, /argument "id"/],
  ["a variable of the wrong type", SEND, message({ room: 7 }), /\$input/],
  ["half a query", `{ agents {`, {}, /Syntax Error/],
];

// Postgres refuses a NUL in a text, and half a surrogate pair in JSON.
const UNSTORABLE: [string, string, object][] = [
  ["a slug", `{ agent(slug: "a\\u0000") { slug } }`, {}],
  ["a role", `{ agents(role: "a\\u0000") { slug } }`, {}],
  ["a behavior's name", `{ behavior(name: "\\u0000") { name } }`, {}],
  ["a system prompt", CREATE, agent({ slug: "nul-prompt", systemPrompt: "a\0b" })],
  ["a name", CREATE, agent({ slug: "nul-name", name: "a\0b" })],
  ["notes", UPDATE, { input: { notes: "\0" } }],
  ["a tool", UPDATE, { input: { tools: ["a\0"] } }],
  ["an interest", UPDATE, { input: { personality: { interests: ["\0", "\ud83d"] } } }],
  ["a literal", `{ behavior(name: "\\u{0}") { name } }`, {}],
  ["a behavior to assign", UPDATE, { input: { behavior: "\0" } }],
  ["a client's message id", SEND, message({ clientMessageId: "a\0" })],
];

describe("errors as clients see them", () => {
  it.each(INVALID)("%s is INVALID and says what to do", async (_what, query, variables, text) => {
    const { errors } = await server.ask(query, variables);
    expect(new Set(errors.map(({ extensions }) => extensions?.code))).toEqual(new Set(["INVALID"]));
    expect(errors[0]?.message).toMatch(text);
    expect(log.lines).toEqual([]);
  });

  it.each(UNSTORABLE)(
    "%s that cannot be stored is no fault of the server",
    async (_what, query, variables) => {
      const { errors } = await server.ask(query, variables);
      for (const { extensions } of errors) {
        expect(["INVALID", "NOT_FOUND"]).toContain(extensions?.code);
      }
      expect(log.lines).toEqual([]);
    },
  );

  it.each([
    ["updateAgent", `mutation { updateAgent(slug: "no", input: {}) { slug } }`],
    ["pauseAgent", `mutation { pauseAgent(slug: "no") { slug } }`],
    ["stopAgent", `mutation { stopAgent(slug: "no") { slug } }`],
    ["resumeAgent", `mutation { resumeAgent(slug: "no") { slug } }`],
    [
      "a behavior to assign",
      `mutation { updateAgent(slug: "sage", input: { behavior: "no" }) { slug } }`,
    ],
    [
      "an empty behavior name",
      `mutation { updateAgent(slug: "sage", input: { behavior: "" }) { slug } }`,
    ],
  ])("%s of something that is not there is NOT_FOUND", async (_what, query) => {
    const { errors } = await server.ask(query);
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(["NOT_FOUND"]);
  });

  it("a slug in use is a CONFLICT", async () => {
    const { errors } = await server.ask(CREATE, agent({ slug: "sage" }));
    expect(errors[0]).toMatchObject({
      message: 'There is an agent "sage" already. Choose another slug.',
      extensions: { code: "CONFLICT" },
    });
  });

  it("what is merely not there is null, without an error", async () => {
    const { data, errors } = await server.ask(
      `query ($id: ID!) { turn(id: $id) { id } agent(slug: "no") { slug } behavior(name: "no") { name } }`,
      { id: newId() },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ turn: null, agent: null, behavior: null });
  });

  it("a database that has no connection free is UNAVAILABLE, and no fault of ours", async () => {
    app.sql.hook(() => {
      throw new Error("timeout exceeded when trying to connect");
    });
    const { errors } = await server.ask(SEND, message({ room: "console:away" }));
    app.sql.hook(undefined);
    expect(errors).toMatchObject([
      {
        message: "The database does not answer. Try again.",
        extensions: { code: "UNAVAILABLE" },
      },
    ]);
    expect(log.lines).toEqual([]);
  });

  it("a bug shows one sentence to the client and its cause to the log alone", async () => {
    app.sql.hook(() => {
      throw new TypeError("secret internals of table agent");
    });
    const { data, errors } = await server.ask(SEND, message({ room: "console:bug" }));
    app.sql.hook(undefined);
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      {
        message: "Something went wrong on our side; the server's log has the cause.",
        extensions: { code: "INTERNAL_SERVER_ERROR" },
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain("secret");
    expect(log.lines).toMatchObject([
      { level: "error", fields: { error: "secret internals of table agent" } },
    ]);
  });
});
