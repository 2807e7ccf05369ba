import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepTurns } from "../../../src/turns/lane/sweep.ts";
import {
  approvalsOf,
  createActingTools,
  decide,
  expire,
  HOUR_MS,
  untilAsked,
} from "../../support/approvals.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { testSizes } from "../../support/test-database.ts";

const sizes = await testSizes();

/** What a turn does until it sleeps, and after it was approved; a process may die around each. */
const BEFORE = ["claim_conversation", "write_journal", "ask_approval", "sleep_turn"];
const AFTER = ["claim_conversation", "ask_approval", "write_journal", "finish_turn"];
const pointsOf = (names: string[]) =>
  names.flatMap((name) => [
    { name, when: "before" as const },
    { name, when: "after" as const },
  ]);

describe.each(sizes)("a turn that sleeps on a question, on $name", (size) => {
  const { done, tools } = createActingTools();
  let app: TestApp;
  let rooms = 0;
  beforeAll(async () => {
    app = await openTestApp({ size, tools });
    await app.addAgent({ slug: "poster", name: "Poster", tools: ["publish"] });
  });
  afterAll(() => app.close());

  const script = (process: TestApp) =>
    process.model.respond(({ messages }) =>
      messages.at(-1)?.role === "tool"
        ? { text: "It is on the board." }
        : { toolCalls: [{ id: "t1", name: "publish", input: { text: "Hello" } }] },
    );

  /** A question of somebody and two processes that may answer it. */
  async function begin() {
    const room = `sleep-${rooms++}`;
    const [first, second] = [await app.join(), await app.join()];
    for (const process of [first, second]) script(process);
    done.length = 0;
    const { turnIds } = await app.say(room, "Ana", "@poster publish it");
    const turnId = turnIds[0] ?? "";
    const { id: conversationId } = await app.conversationOf(turnId);
    return { room, first, second, turnId, conversationId };
  }
  type Begun = Awaited<ReturnType<typeof begin>>;

  function dieAt(process: TestApp, point: { name: string; when: "before" | "after" }): void {
    process.sql.hook((name, when) => {
      if (name === point.name && when === point.when) throw new Error("crash");
    });
  }

  async function expectOneAnswer({ room, first, second, turnId }: Begun, calls = 2) {
    expect(await app.turn(turnId)).toMatchObject({ status: "done" });
    expect(done.map(({ text }) => text)).toEqual(["Hello"]);
    expect(first.model.requests.length + second.model.requests.length).toBe(calls);
    expect(await approvalsOf(app, turnId)).toHaveLength(1);
    const said = (await app.messagesOf(room)).filter(({ author }) => author === "Poster");
    expect(said.map(({ text }) => text)).toEqual([
      "✅ Olga approved: post “Hello” on the board (publish)",
      "It is on the board.",
    ]);
    expect(await app.stepsOf(turnId, "approve")).toHaveLength(1);
    expect(await app.stepsOf(turnId, "tool")).toHaveLength(1);
  }

  async function end({ first, second }: Begun) {
    await first.close();
    await second.close();
  }

  it.each(pointsOf(BEFORE))("asks once when its process dies $when $name", async (point) => {
    const begun = await begin();
    const { first, second, turnId, conversationId } = begun;
    dieAt(first, point);
    await first.run(conversationId).catch(() => undefined);
    await first.die();
    const asked = first.model.requests.length;
    await second.run(conversationId);
    const { id } = await untilAsked(app, turnId);
    expect(done).toEqual([]);
    const again = asked === 1 && point.name === "write_journal" && point.when === "before" ? 1 : 0;
    await decide(app, id);
    await second.run(conversationId);
    await expectOneAnswer(begun, 2 + again);
    await end(begun);
  });

  it.each(pointsOf(AFTER))("does it once when its process dies $when $name", async (point) => {
    const begun = await begin();
    const { first, second, turnId, conversationId } = begun;
    await first.run(conversationId);
    await decide(app, (await untilAsked(app, turnId)).id);
    dieAt(first, point);
    await first.run(conversationId).catch(() => undefined);
    await first.die();
    // Between the tool and its record nobody can tell whether it acted: it sees the same key again.
    const mayRepeat = point.name === "write_journal" && point.when === "before";
    await second.run(conversationId);
    expect(done.length).toBeLessThanOrEqual(mayRepeat ? 2 : 1);
    expect(new Set(done.map(({ callKey }) => callKey)).size).toBe(1);
    done.splice(1);
    const again = point.name === "finish_turn" && point.when === "before" ? 1 : 0;
    await expectOneAnswer(begun, 2 + again);
    await end(begun);
  });

  it("goes on though it was approved before it slept", async () => {
    const begun = await begin();
    const { first, turnId, conversationId } = begun;
    first.sql.hook(async (name, when) => {
      if (name !== "sleep_turn" || when !== "before") return;
      const [approval] = await approvalsOf(app, turnId);
      await decide(app, approval?.id ?? "");
    });
    await first.run(conversationId);
    expect(await app.turn(turnId)).toMatchObject({ status: "done" });
    expect(done).toHaveLength(1);
    await end(begun);
  });

  it("is woken by the sweep where the one who decided died before waking it", async () => {
    const begun = await begin();
    const { first, second, turnId, conversationId } = begun;
    await first.run(conversationId);
    const { id } = await untilAsked(app, turnId);
    await decide(app, id);
    app.queue.enqueued.length = 0;
    await sweepTurns(second.scope, { minAgeMs: 0 });
    expect(second.queue.enqueued).toContainEqual(expect.objectContaining({ id: conversationId }));
    await second.run(conversationId);
    await expectOneAnswer(begun);
    await end(begun);
  });

  it("is expired once by two processes that sweep at the same time", async () => {
    const begun = await begin();
    const { first, second, turnId, room, conversationId } = begun;
    await first.run(conversationId);
    await untilAsked(app, turnId);
    for (const process of [first, second]) process.clock.advance(HOUR_MS);
    await Promise.all([expire(first), expire(second)]);
    await second.run(conversationId);
    await first.run(conversationId);
    expect(await app.turn(turnId)).toMatchObject({ status: "declined" });
    expect(done).toEqual([]);
    const replies = (await app.messagesOf(room)).filter((message) => message.turnId === turnId);
    expect(replies).toHaveLength(1);
    await end(begun);
  });

  it("goes on after a turn that was answered meanwhile and is not forgotten behind it", async () => {
    const begun = await begin();
    const { first, turnId, room, conversationId } = begun;
    await first.run(conversationId);
    const { id } = await untilAsked(app, turnId);
    first.model.script({ text: "It is noon." });
    await app.say(room, "Ben", "@poster what time is it?");
    first.sql.hook(async (name, when) => {
      if (name !== "finish_turn" || when !== "before") return;
      first.sql.hook(undefined);
      await decide(app, id);
    });
    await first.run(conversationId);
    expect(await app.turn(turnId)).toMatchObject({ status: "done" });
    expect(done).toHaveLength(1);
    await end(begun);
  });
});
