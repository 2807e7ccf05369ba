import { describe, expect, it } from "vitest";
import { holdModel } from "../support/hold-model.ts";
import { openServedApp, openTestServer, TOKEN } from "../support/test-server.ts";
import { until } from "../support/until.ts";

const { app, server } = await openServedApp();

const QUERY = `subscription ($room: String!) { roomEvents(room: $room) { __typename
  ... on MessagePosted { message { text author { kind name } } }
  ... on AgentThinking { turnId status agent { slug } }
  ... on ReplyDelta { turnId text position agent { slug } }
  ... on ToolExecution { tool status: status } } }`;

type Event = { __typename: string; text?: string; message?: { text: string } };

/** Watches a room; resolves once the server listens. */
async function watch(room: string) {
  const abort = new AbortController();
  const listening = app.queue.subscribed.length;
  const response = await server.fetch("/graphql", {
    method: "POST",
    headers: {
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
      accept: "text/event-stream",
    },
    body: JSON.stringify({ query: QUERY, variables: { room } }),
    signal: abort.signal,
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const events: Event[] = [];
  const errors: { extensions?: { code?: string } }[] = [];
  const reading = readEvents(response, (payload) => {
    if (payload.data) events.push(payload.data.roomEvents);
    errors.push(...(payload.errors ?? []));
  });
  return {
    events,
    errors,
    listening: () => until(() => app.queue.subscribed.length > listening),
    close: async () => {
      abort.abort();
      await reading;
    },
  };
}

type Payload = { data?: { roomEvents: Event }; errors?: { extensions?: { code?: string } }[] };

async function readEvents(response: Response, onPayload: (payload: Payload) => void) {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = /^data: ?(.*)$/m.exec(block)?.[1];
        if (data) onPayload(JSON.parse(data) as Payload);
      }
    }
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

describe("watching a room", () => {
  it("shows the question, the thinking, the words and the answer, in this order", async () => {
    const watched = await watch("console:watched");
    await watched.listening();
    const call = { id: "c", name: "calculator", input: { expression: "1 + 1" } };
    app.model.script({ toolCalls: [call] }, { text: ["Two", ", of course."] });
    await app.say("watched", "Ana", "1 + 1?");
    await until(() => watched.events.filter((e) => e.__typename === "MessagePosted").length === 2);
    await watched.close();

    expect(watched.events.map((event) => event.__typename)).toEqual([
      "MessagePosted",
      "AgentThinking",
      "ToolExecution",
      "ToolExecution",
      "ReplyDelta",
      "MessagePosted",
    ]);
    expect(watched.events).toMatchObject([
      { message: { text: "1 + 1?", author: { kind: "PERSON", name: "Ana" } } },
      { status: "thinking", agent: { slug: "sage" } },
      { tool: "calculator", status: "RUNNING" },
      { tool: "calculator", status: "DONE" },
      { text: "Two, of course.", position: 0, agent: { slug: "sage" } },
      { message: { text: "Two, of course.", author: { kind: "AGENT", name: "Sage" } } },
    ]);
    expect(watched.errors).toEqual([]);
  });

  it("shows the words while the model is still speaking", async () => {
    const watched = await watch("console:streaming");
    await watched.listening();
    const second = Promise.withResolvers<void>();
    const stream = app.model.stream.bind(app.model);
    app.model.script({ text: ["Slowly ", "but surely."] });
    app.model.stream = async function* slow(request, signal) {
      app.model.stream = stream;
      for await (const event of stream(request, signal)) {
        yield event;
        if (event.type === "text" && event.text === "Slowly ") await second.promise;
      }
    };
    await app.say("streaming", "Ana", "Take your time");
    const deltas = () => watched.events.filter((event) => event.__typename === "ReplyDelta");
    await until(() => deltas().length === 1);
    expect(deltas()).toMatchObject([{ text: "Slowly ", position: 0 }]);
    second.resolve();
    await until(() => watched.events.at(-1)?.message?.text === "Slowly but surely.");
    expect(deltas()[1]).toMatchObject({ text: "but surely.", position: 7 });
    await watched.close();
  });

  it("shows nothing of other rooms", async () => {
    const watched = await watch("console:here");
    await watched.listening();
    const held = holdModel(app.model);
    await app.say("there", "Ana", "elsewhere");
    held.release();
    await app.say("here", "Ana", "@x only this");
    await until(() => watched.events.length > 0);
    await watched.close();
    expect(watched.events[0]?.message?.text).toBe("@x only this");
  });

  it.each([
    ["a room that is none", "nowhere", "INVALID"],
    ["a platform's room that nobody wrote in", "slack:C404", "NOT_FOUND"],
  ])("of %s is refused", async (_what, room, code) => {
    const { errors } = await server.ask(QUERY, { room });
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual([code]);
  });

  it("ends when the server closes", async () => {
    const other = await openTestServer(app);
    const listening = app.queue.subscribed.length;
    const response = await fetch(`${other.url}/graphql`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${TOKEN}`,
        "content-type": "application/json",
        accept: "text/event-stream",
      },
      body: JSON.stringify({ query: QUERY, variables: { room: "console:ending" } }),
    });
    await until(() => app.queue.subscribed.length > listening);
    await other.close();
    await expect(response.text()).rejects.toThrow(/terminated|closed/);
  });
});
