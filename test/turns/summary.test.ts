import { beforeEach, describe, expect, it } from "vitest";
import { refreshSummary } from "../../src/turns/refresh-summary.ts";
import { openRoomsStage } from "../support/rooms-stage.ts";
import type { TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("a conversation that outgrows its window, on $name", (size) => {
  const stage = openRoomsStage(size, "long");
  let app: TestApp;
  let room = "";
  beforeEach(() => {
    ({ app, room } = stage.next());
    app.queue.enqueued.length = 0;
  });

  /** People talk among themselves: messages that ask nobody for an answer. */
  async function chat(count: number, text = (index: number) => `remark ${index}. And more.`) {
    for (let index = 0; index < count; index++) await app.say(room, "Ben", `${text(index)} @ben`);
  }

  async function turnIn(text = "@sage and now?") {
    const { turnIds } = await app.say(room, "Ana", text);
    const turnId = turnIds[0] ?? "";
    const { id } = await app.conversationOf(turnId);
    await app.run(id);
    return { turnId, conversationId: id };
  }

  const signal = new AbortController().signal;
  const summaryJobs = () => app.queue.enqueued.filter(({ lane }) => lane === "summaries");
  const promptOf = () => JSON.stringify(app.model.requests.at(-1)?.messages);

  it("asks for a summary after forty messages, not before", async () => {
    await app.addAgent({ slug: `other-${room}` });
    await app.say(room, "Ana", `@other-${room} come in`);
    await chat(37);
    app.queue.enqueued.length = 0;
    const { turnId } = await turnIn();
    expect(summaryJobs()).toEqual([]);
    expect((await app.stepsOf(turnId, "remember"))[0]).toMatchObject({
      status: "skipped",
      output: { messages: 39, summaryDue: false },
    });
    const { turnId: later, conversationId } = await turnIn();
    expect((await app.stepsOf(later, "remember"))[0]).toMatchObject({
      status: "done",
      output: { summaryDue: true },
    });
    expect(summaryJobs()).toEqual([{ lane: "summaries", id: conversationId, delayMs: 0 }]);
  });

  async function overflow() {
    await app.addAgent({ slug: `other-${room}` });
    await app.say(room, "Ana", `@other-${room} come in`);
    await chat(45);
    return turnIn();
  }

  it("folds all but the newest messages, and the prompt starts with the summary from then on", async () => {
    const { conversationId } = await overflow();
    app.model.script({ text: "Ben made remarks." });
    await refreshSummary(app.scope, conversationId, signal);
    const asked = promptOf();
    expect(asked).toContain("Ben: remark 0.");
    expect(asked).not.toContain("remark 44.");

    await turnIn();
    const [first] = app.model.requests.at(-1)?.messages ?? [];
    const text = first?.role === "user" ? first.text : "";
    expect(text).toMatch(/^<summary>\nBen made remarks\.\n<\/summary>\n<message/);
    expect(promptOf()).not.toContain("remark 20.");
    expect(promptOf()).toContain("remark 44.");
    expect((await app.conversationOf((await turnIn()).turnId)).summary).toBe("Ben made remarks.");
  });

  it("charges the summary to the newest turn, whose journal says what it was for", async () => {
    const { turnId, conversationId } = await overflow();
    const before = (await app.turn(turnId)).costMicros;
    app.model.script({ text: "Short.", usage: { inputTokens: 1000, outputTokens: 100 } });
    await refreshSummary(app.scope, conversationId, signal);
    expect((await app.turn(turnId)).costMicros).toBe(before + 1000n * 3n + 100n * 15n);
    expect((await app.journalOf(turnId)).at(-1)).toMatchObject({
      kind: "remember",
      costMicros: "4500",
      output: { summarised: 32, usage: { inputTokens: 1000, outputTokens: 100 } },
    });
  });

  it("builds on the summary before it", async () => {
    const { conversationId } = await overflow();
    app.model.script({ text: "The first summary." }, { text: "The second summary." });
    await refreshSummary(app.scope, conversationId, signal);
    await chat(40);
    await refreshSummary(app.scope, conversationId, signal);
    expect(promptOf()).toContain("Summary so far:\\nThe first summary.");
  });

  it("is stored once when two workers refresh it at the same time", async () => {
    const { turnId, conversationId } = await overflow();
    app.model.script({ text: "One." }, { text: "Two." });
    await Promise.all([
      refreshSummary(app.scope, conversationId, signal),
      refreshSummary(app.scope, conversationId, signal),
    ]);
    const steps = await app.journalOf(turnId);
    expect(
      steps.filter(({ kind, name }) => kind === "remember" && name !== "summary"),
    ).toHaveLength(1);
    const before = app.model.requests.length;
    await refreshSummary(app.scope, conversationId, signal);
    expect(app.model.requests).toHaveLength(before);
  });

  it("falls back to how the messages begin when the model fails", async () => {
    const { turnId, conversationId } = await overflow();
    app.model.script({ fails: "overloaded" });
    await refreshSummary(app.scope, conversationId, signal);
    const { summary } = await app.conversationOf(turnId);
    expect(summary).toContain("Ben: remark 0.\nBen: remark 1.\n");
    expect(summary).not.toContain("And more");
  });

  it("is an excerpt, without a model call, where the agent only rehearses", async () => {
    await app.addAgent({ slug: `actor-${room}`, model: "rehearsal/echo" });
    await app.say(room, "Ana", "@sage come in");
    await chat(45);
    const { conversationId, turnId } = await turnIn(`@actor-${room} and now?`);
    const before = app.model.requests.length;
    await refreshSummary(app.scope, conversationId, signal);
    expect(app.model.requests).toHaveLength(before);
    expect((await app.conversationOf(turnId)).summary).toContain("Ben: remark 0.");
    expect((await app.turn(turnId)).costMicros).toBe(0n);
  });

  it("is due earlier where the messages are long", async () => {
    await app.addAgent({ slug: `other-${room}` });
    await app.say(room, "Ana", `@other-${room} come in`);
    await chat(20, (index) => `${index} ${"long ".repeat(700)}`);
    app.queue.enqueued.length = 0;
    await turnIn();
    expect(summaryJobs()).toHaveLength(1);
  });
});
