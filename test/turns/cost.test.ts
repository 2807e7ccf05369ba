import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  await app.work();
});
afterAll(() => app.close());

describe("the cost of a turn", () => {
  it("comes from the tokens that the provider counted and the model's price", async () => {
    app.model.script({ text: "Hm.", usage: { inputTokens: 2000, outputTokens: 300 } });
    const turn = await app.ask("cost", "Ana", "Hello");
    // 3 and 15 dollars per million tokens are as many micro-dollars per token.
    expect(turn.costMicros).toBe(2000n * 3n + 300n * 15n);
    const [reply] = await app.stepsOf(turn.id, "reply");
    expect(reply?.costMicros).toBe("10500");
    expect((await app.stepsOf(turn.id, "record"))[0]?.output).toMatchObject({
      costMicros: "10500",
    });
  });

  it("is the sum of all its model calls", async () => {
    app.model.script(
      {
        toolCalls: [{ id: "c", name: "calculator", input: { expression: "1" } }],
        usage: { inputTokens: 100, outputTokens: 10 },
      },
      { text: "One.", usage: { inputTokens: 200, outputTokens: 20 } },
    );
    const turn = await app.ask("sum", "Ana", "Hello");
    expect(turn.costMicros).toBe(300n * 3n + 30n * 15n);
  });

  it("is said to be unknown where the model has no price", async () => {
    await app.addAgent({ slug: "unpriced", model: "scripted/free-text" });
    const turn = await app.ask("unknown", "Ana", "@unpriced hello");
    expect(turn.costMicros).toBe(0n);
    const [reply] = await app.stepsOf(turn.id, "reply");
    expect(reply).not.toHaveProperty("costMicros");
    expect(reply?.output).toMatchObject({ costUnknown: true });
  });

  it("is zero for the rehearsal model, and known", async () => {
    await app.addAgent({ slug: "actor", model: "rehearsal/echo" });
    const turn = await app.ask("rehearsal", "Ana", "@actor hello");
    expect(turn).toMatchObject({ status: "done", costMicros: 0n, model: "rehearsal/echo" });
    expect((await app.stepsOf(turn.id, "reply"))[0]).toMatchObject({ costMicros: "0" });
  });

  it("stays exact beyond what a floating-point number holds", async () => {
    app.model.script({ text: "Hm.", usage: { inputTokens: 3_002_399_751_580_331 } });
    const turn = await app.ask("exact", "Ana", "Hello");
    expect(turn.costMicros).toBe(3_002_399_751_580_331n * 3n + 5n * 15n);
  });
});
