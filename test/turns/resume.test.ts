import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineTool } from "../../src/tools/tool.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

/** What a turn with one tool round does, in order; a process may die before or after each. */
const STATEMENTS = ["claim_conversation", "write_journal", "write_journal", "finish_turn"];
const statementPoints = STATEMENTS.flatMap((name, index) => [
  { point: `before statement ${index + 1}, ${name}`, index, when: "before" as const },
  { point: `after statement ${index + 1}, ${name}`, index, when: "after" as const },
]);

describe.each(sizes)("a turn that a crash breaks off, on $name", (size) => {
  let tallies = 0;
  let onTally: () => void = () => undefined;
  const tally = defineTool({
    name: "tally",
    description: "Counts its calls.",
    input: z.object({}),
    timeoutMs: 1000,
    execute() {
      tallies += 1;
      onTally();
      return "noted";
    },
  });

  let app: TestApp;
  let crashes = 0;
  beforeAll(async () => {
    app = await openTestApp({ size, tools: [tally] });
    await app.addAgent({ slug: "counter", tools: ["tally"] });
  });
  afterAll(() => app.close());

  const script = (process: TestApp) =>
    process.model.respond(({ messages }) =>
      messages.at(-1)?.role === "tool"
        ? { text: "It is noted." }
        : { toolCalls: [{ id: "t1", name: "tally", input: {} }] },
    );

  /**
   * Lets a first process work on a turn until `arm` kills it, and a second one take over. Answers how
   * often the model and the tool were called, and how many of those calls were durable at the crash.
   */
  async function crash(arm: (first: TestApp) => void) {
    const room = `crash-${crashes++}`;
    const first = await app.join();
    const second = await app.join();
    script(first);
    script(second);
    tallies = 0;
    const { turnIds } = await app.say(room, "Ana", "@counter note this");
    const turnId = turnIds[0] ?? "";
    const { id: conversationId } = await app.conversationOf(turnId);
    arm(first);
    await first.run(conversationId).catch(() => undefined);
    await first.die();
    onTally = () => undefined;

    const durable = await app.journalOf(turnId);
    const before = { calls: first.model.requests.length, tallies };
    await second.run(conversationId);
    const calls = before.calls + second.model.requests.length;
    await first.close();
    await second.close();
    return { room, turnId, calls, tallies, before, durable };
  }

  /** Calls made again although the journal had them; what was in flight at the crash is made again. */
  function repeatedIn(crashed: Awaited<ReturnType<typeof crash>>) {
    const durableCalls = crashed.durable.filter(({ kind }) => kind === "reply").length;
    const durableTallies = crashed.durable.filter(({ kind }) => kind === "tool").length;
    const inFlight = crashed.before.calls - durableCalls;
    return {
      calls: crashed.calls - 2 - Math.min(inFlight, 1),
      tallies: crashed.tallies - 1 - (crashed.before.tallies - durableTallies),
    };
  }

  async function expectOneAnswer({ room, turnId }: { room: string; turnId: string }) {
    expect(await app.turn(turnId)).toMatchObject({ status: "done" });
    const replies = (await app.messagesOf(room)).filter((message) => message.turnId !== null);
    expect(replies).toEqual([{ author: "counter", text: "It is noted.", turnId }]);
    const kinds = (await app.journalOf(turnId)).map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(["assemble", "behave", "select"]);
    expect(kinds.filter((kind) => kind === "behave")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "reply")).toHaveLength(2);
    expect(kinds.filter((kind) => kind === "tool")).toHaveLength(1);
    expect(kinds.at(-1)).toBe("record");
  }

  it("the statements of such a turn are the ones that this test crashes at", async () => {
    script(app);
    app.sql.statements.length = 0;
    const { turnIds } = await app.say("whole", "Ana", "@counter note this");
    app.sql.statements.length = 0;
    await app.run((await app.conversationOf(turnIds[0] ?? "")).id);
    expect(app.sql.statements).toEqual(STATEMENTS);
    await expectOneAnswer({ room: "whole", turnId: turnIds[0] ?? "" });
  });

  it.each(statementPoints)("is answered once when it dies $point", async ({ index, when }) => {
    const crashed = await crash((first) => {
      let seen = 0;
      let isDead = false;
      first.sql.hook((_name, now) => {
        if (now === "before") seen += 1;
        isDead ||= seen === index + 1 && now === when;
        if (isDead) throw new Error("crash");
      });
    });
    expect(repeatedIn(crashed)).toEqual({ calls: 0, tallies: 0 });
    await expectOneAnswer(crashed);
  });

  it.each([1, 2])("is answered once when it dies in model call %i", async (number) => {
    const crashed = await crash((first) => {
      const { model } = first;
      const stream = model.stream.bind(model);
      let calls = 0;
      model.stream = async function* dying(request, signal) {
        calls += 1;
        if (calls < number) return yield* stream(request, signal);
        model.requests.push(request);
        await first.die();
        throw new Error("crash");
      };
    });
    expect(repeatedIn(crashed)).toEqual({ calls: 0, tallies: 0 });
    await expectOneAnswer(crashed);
  });

  it("is answered once when it dies while the tool runs", async () => {
    const crashed = await crash((first) => {
      onTally = () => void first.die();
    });
    expect(crashed.calls).toBe(2);
    expect(crashed.tallies).toBe(2);
    await expectOneAnswer(crashed);
  });

  it("costs what its calls cost, before the crash and after it, once each", async () => {
    const crashed = await crash((first) => {
      first.sql.hook((name) => {
        if (name === "finish_turn") throw new Error("crash");
      });
    });
    const journal = await app.journalOf(crashed.turnId);
    const sum = journal.reduce((total, { costMicros }) => total + BigInt(costMicros ?? 0), 0n);
    expect((await app.turn(crashed.turnId)).costMicros).toBe(sum);
    // 10 tokens in at 3 and 5 tokens out at 15 micro-dollars, two calls.
    expect(sum).toBe(2n * (10n * 3n + 5n * 15n));
  });

  it("keeps the manner it was begun with, though the behavior was changed meanwhile", async () => {
    const tone = (name: string) => `return { personality = { tone = "${name}" } }`;
    await app.addBehavior({ name: "tone", script: tone("old"), assignTo: "counter" });
    const crashed = await crash((first) => {
      let writes = 0;
      first.sql.hook((name, when) => {
        if (name === "write_journal" && when === "after" && ++writes === 1) throw new Error("x");
      });
    });
    await expectOneAnswer(crashed);
    const [behave] = await app.stepsOf(crashed.turnId, "behave");
    expect(behave?.output).toMatchObject({ run: { config: { personality: { tone: "old" } } } });
  });
});
