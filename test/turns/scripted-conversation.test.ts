import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCRIPTED, openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("a conversation on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.work();
  });
  afterAll(() => app.close());

  it("goes through its seven steps, and the journal tells them", async () => {
    app.model.script({ text: ["Good ", "morning, Ana."], usage: { cacheReadTokens: 7 } });
    const turn = await app.ask("seven", "Ana", "Good morning!");

    expect(turn).toMatchObject({ status: "done", model: SCRIPTED, reason: null, attempts: 1 });
    const journal = await app.journalOf(turn.id);
    expect(journal.map(({ kind, name, status }) => `${kind} ${name} ${status}`)).toEqual([
      "assemble context done",
      "behave default done",
      `select ${SCRIPTED} done`,
      `reply ${SCRIPTED} done`,
      "deliver console done",
      "remember summary skipped",
      "record done done",
    ]);
    expect(journal.every(({ at }) => at === "2026-03-10T10:30:00.000Z")).toBe(true);
    const outputs = Object.fromEntries(journal.map(({ kind, output }) => [kind, output]));
    expect(outputs).toMatchObject({
      behave: { run: { outcome: "default", behavior: null } },
      select: { why: "the default model" },
      assemble: { historyMessages: 1, askedMessages: 1, hasSummary: false },
      reply: {
        text: "Good morning, Ana.",
        toolCalls: [],
        stopReason: "end",
        usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 7, cacheWriteTokens: 0 },
      },
      record: { modelCalls: 1 },
    });
  });

  it("shows the question and one answer in the room", async () => {
    app.model.script({ text: "Four." });
    const turn = await app.ask("answer", "Ana", "What is 2 + 2?");
    expect(await app.messagesOf("answer")).toEqual([
      { author: "Ana", text: "What is 2 + 2?", turnId: null },
      { author: "Sage", text: "Four.", turnId: turn.id },
    ]);
  });

  it("hears what was said before, with its own answers as its own", async () => {
    app.model.script({ text: "Hello Ana." }, { text: "Your name is Ana." });
    await app.ask("memory", "Ana", "I am Ana.");
    await app.ask("memory", "Ana", "Who am I?");
    const { messages } = app.model.requests.at(-1) ?? { messages: [] };
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(messages[0]).toMatchObject({ text: expect.stringContaining("I am Ana.") });
    expect(messages[1]).toMatchObject({ text: "Hello Ana." });
    expect(messages[2]).toMatchObject({ text: expect.stringContaining("Who am I?") });
  });

  it("calls the tool that the model asks for, tells it the result, and journals both", async () => {
    const call = { id: "call-1", name: "calculator", input: { expression: "6 * 7" } };
    app.model.script({ toolCalls: [call], text: "Let me see." }, { text: "It is 42." });
    const turn = await app.ask("tools", "Ana", "How much is 6 * 7?");

    const journal = await app.journalOf(turn.id);
    expect(journal.map(({ kind }) => kind)).toEqual([
      "assemble",
      "behave",
      "select",
      "reply",
      "tool",
      "reply",
      "deliver",
      "remember",
      "record",
    ]);
    const [tool] = await app.stepsOf(turn.id, "tool");
    expect(tool).toMatchObject({
      name: "calculator",
      status: "done",
      output: { callId: "call-1", input: { expression: "6 * 7" }, output: "42" },
    });
    const { messages } = app.model.requests.at(-1) ?? { messages: [] };
    expect(messages.slice(-2)).toEqual([
      { role: "assistant", text: "Let me see.", toolCalls: [call] },
      {
        role: "tool",
        results: [{ callId: "call-1", name: "calculator", output: "42", isError: false }],
      },
    ]);
    expect(await app.replyTo(turn.id)).toBe("It is 42.");
  });

  it("keeps what a provider wants back in a tool loop", async () => {
    const call = { id: "call-1", name: "calculator", input: { expression: "1 + 1" } };
    const providerState = { signature: "abc" };
    app.model.script({ toolCalls: [call], providerState }, { text: "Two." });
    await app.ask("state", "Ana", "1 + 1?");
    const { messages } = app.model.requests.at(-1) ?? { messages: [] };
    expect(messages.at(-2)).toMatchObject({ role: "assistant", providerState });
  });

  it("counts the agent's calls, tasks and successes", async () => {
    const before = await app.statisticsOf("sage");
    app.clock.advance(60_000);
    app.model.script({ text: "Yes." });
    await app.ask("statistics", "Ana", "Are you counting?");
    expect(await app.statisticsOf("sage")).toMatchObject({
      cyclesCompleted: before.cyclesCompleted + 1,
      tasksCompleted: before.tasksCompleted + 1,
      tasksSucceeded: before.tasksSucceeded + 1,
      consecutiveFailures: 0,
      lastTaskAt: new Date(app.clock.now()),
      lastSuccessAt: new Date(app.clock.now()),
    });
  });

  it("watchers see the thinking, the words and the posted message, in this order", async () => {
    app.model.script({ text: ["One", " two"] });
    const { turnIds, messageId } = await app.say("watched", "Ana", "Count!");
    const turn = await app.untilTurnEnds(turnIds[0] ?? "");
    const { id: roomId } = await app.control.directory.room("console:watched");
    const events = app.queue.published
      .filter(({ topic }) => topic === `room.${roomId}`)
      .map(({ payload }) => payload);
    const sage = { turnId: turn.id, agentId: expect.any(String) };
    expect(events).toEqual([
      { type: "MessagePosted", messageId },
      { type: "AgentThinking", ...sage, status: "thinking" },
      { type: "ReplyDelta", ...sage, text: "One two", position: 0 },
      { type: "MessagePosted", messageId: expect.any(String) },
    ]);
  });
});
