import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setAgentStatus, updateAgent } from "../../src/agents/update-agent.ts";
import { MODEL_ERROR_KINDS } from "../../src/llm/language-model.ts";
import { openTestApp, SCRIPTED, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  await app.work();
});
afterAll(() => app.close());

const agentMessages = async (room: string) =>
  (await app.messagesOf(room)).filter(({ turnId }) => turnId !== null);

describe("a turn whose model fails", () => {
  const kinds = MODEL_ERROR_KINDS.filter((kind) => kind !== "cancelled");

  it.each(kinds)("says so once, honestly, when the failure is %s", async (kind) => {
    app.model.script({ fails: kind });
    const turn = await app.ask(`fails-${kind}`, "Ana", "Hello?");
    expect(turn).toMatchObject({ status: "failed", reason: `${kind}: scripted: ${kind}` });
    const replies = await agentMessages(`fails-${kind}`);
    expect(replies).toHaveLength(1);
    expect(replies[0]?.text).toMatch(/^Sage cannot answer: .+\. \(scripted\/one: /);
    expect(replies[0]?.text).toContain(kind);
  });

  it("does not show the room what the provider said", async () => {
    app.model.script({ fails: "auth" });
    const turn = await app.ask("internals", "Ana", "Hello?");
    expect(await app.replyTo(turn.id)).not.toContain("scripted: auth");
  });

  it("keeps the failed call, its tokens and its cost in the journal", async () => {
    app.model.script({ text: "Half an ans", fails: "truncated" });
    const turn = await app.ask("failed-call", "Ana", "Hello?");
    const [reply] = await app.stepsOf(turn.id, "reply");
    expect(reply).toMatchObject({
      name: SCRIPTED,
      status: "failed",
      output: { error: { kind: "truncated" }, usage: { inputTokens: 10, outputTokens: 5 } },
    });
    expect(turn.costMicros).toBeGreaterThan(0n);
  });

  it("treats an answer without words as a failure", async () => {
    app.model.script({ text: "  \n " });
    const turn = await app.ask("empty", "Ana", "Hello?");
    expect(turn).toMatchObject({ status: "failed", reason: expect.stringMatching(/^empty: /) });
    expect(await app.replyTo(turn.id)).toContain("empty answer");
  });

  it("fails as a whole when the model fails after a tool round", async () => {
    app.model.script(
      { toolCalls: [{ id: "c", name: "calculator", input: { expression: "1" } }] },
      { fails: "overloaded" },
    );
    const turn = await app.ask("late-failure", "Ana", "Hello?");
    expect(turn.status).toBe("failed");
    expect(await app.stepsOf(turn.id, "reply")).toHaveLength(2);
    expect(await agentMessages("late-failure")).toHaveLength(1);
  });

  it("counts against the agent until it succeeds again", async () => {
    await app.addAgent({ slug: "shaky" });
    app.model.script({ fails: "network" }, { fails: "network" }, { text: "Back." });
    await app.ask("shaky", "Ana", "@shaky one");
    await app.ask("shaky", "Ana", "@shaky two");
    expect(await app.statisticsOf("shaky")).toMatchObject({
      tasksCompleted: 2,
      tasksSucceeded: 0,
      consecutiveFailures: 2,
      lastFailureAt: new Date(app.clock.now()),
    });
    await app.ask("shaky", "Ana", "@shaky three");
    expect(await app.statisticsOf("shaky")).toMatchObject({
      tasksCompleted: 3,
      tasksSucceeded: 1,
      consecutiveFailures: 0,
    });
  });
});

describe("a turn whose model cannot be used", () => {
  it.each([
    ["anthropic/claude-sonnet-5-5", "ANTHROPIC_API_KEY"],
    ["openai/gpt-6-sol", "OPENAI_API_KEY"],
    ["nowhere/model-1", "OPENAI_COMPATIBLE"],
  ])("answers for %s by naming %s, without a model call", async (model, variable) => {
    const slug = `needs-${model.replaceAll(/[^a-z]/g, "")}`.slice(0, 30);
    await app.addAgent({ slug, model });
    const calls = app.model.requests.length;
    const turn = await app.ask(slug, "Ana", `@${slug} hello`);
    expect(turn).toMatchObject({ status: "failed", reason: expect.stringContaining(variable) });
    expect(await app.replyTo(turn.id)).toContain(variable);
    expect((await app.stepsOf(turn.id, "select"))[0]).toMatchObject({ status: "failed" });
    expect(app.model.requests).toHaveLength(calls);
  });
});

describe("an agent that is out of service", () => {
  it.each([
    ["paused", "is paused at the moment. An operator can resume it."],
    ["stopped", "has been stopped by an operator and takes no messages."],
  ] as const)("declines while %s, says why and calls no model", async (status, sentence) => {
    const slug = `agent-${status}`;
    await app.addAgent({ slug });
    await setAgentStatus({ em: app.db.em() }, slug, status);
    const calls = app.model.requests.length;
    const turn = await app.ask(slug, "Ana", `@${slug} are you there?`);
    expect(turn).toMatchObject({ status: "declined", reason: `${slug} ${sentence}` });
    expect(await app.replyTo(turn.id)).toBe(`${slug} ${sentence}`);
    expect(app.model.requests).toHaveLength(calls);
    expect(await app.statisticsOf(slug)).toMatchObject({ tasksCompleted: 0, cyclesCompleted: 0 });
  });

  it("answers again once it is resumed, and with what was changed meanwhile", async () => {
    await app.addAgent({ slug: "dozer" });
    await setAgentStatus({ em: app.db.em() }, "dozer", "paused");
    await app.ask("dozer", "Ana", "@dozer hello");
    await setAgentStatus({ em: app.db.em() }, "dozer", "active");
    await updateAgent({ em: app.db.em() }, "dozer", {
      changes: { systemPrompt: "You are wide awake." },
    });
    const turn = await app.ask("dozer", "Ana", "@dozer hello again");
    expect(turn.status).toBe("done");
    expect(app.model.requests.at(-1)?.system).toContain("You are wide awake.");
  });
});
