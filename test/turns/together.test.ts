import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBehaviorUse } from "../../src/behaviors/behavior-use.ts";
import type { ModelRequest } from "../../src/llm/language-model.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();
const ROOMS = 40;

describe.each(sizes)("turns of many rooms at once, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.addBehavior({ name: "calm", script: "return {}", assignTo: "sage" });
    app.model.respond((request) => {
      const text = lastText(request);
      return text.includes("fail") ? { fails: "refused" } : { text: `About ${text}` };
    });
    await app.work();
  });
  afterAll(() => app.close());

  it("share round trips, answer each room once, and are counted one by one", async () => {
    const rooms = Array.from({ length: ROOMS }, (_, index) => `together-${index}`);
    const before = await app.statisticsOf("sage");
    const said = await Promise.all(
      rooms.map((room, index) =>
        app.say(room, "Ana", index % 4 === 0 ? `fail ${room}.` : `word ${room}.`),
      ),
    );
    const turns = await Promise.all(said.map(({ turnIds: [id = ""] }) => app.untilTurnEnds(id)));
    expect(turns.map(({ status }) => status)).toEqual(
      rooms.map((_, index) => (index % 4 === 0 ? "failed" : "done")),
    );
    for (const [index, room] of rooms.entries()) {
      const messages = await app.messagesOf(room);
      expect(messages).toHaveLength(2);
      expect(messages[1]?.text).toContain(index % 4 === 0 ? "refused" : `word ${room}.`);
    }

    const after = await app.statisticsOf("sage");
    expect(after.tasksCompleted - before.tasksCompleted).toBe(ROOMS);
    expect(after.tasksSucceeded - before.tasksSucceeded).toBe((ROOMS * 3) / 4);
    const agentId = turns[0] && (await app.conversationOf(turns[0].id)).agent.id;
    const use = await loadBehaviorUse({ sql: app.db.sql }, "agent", [agentId ?? ""]);
    expect(use.get(agentId ?? "")).toMatchObject({ uses: ROOMS, successRate: 0.75 });
  });

  it("count failures in a row across turns that end together", async () => {
    for (const answer of ["word one", "fail two", "fail three"]) {
      await app.ask("row", "Ana", answer);
    }
    expect(await app.statisticsOf("sage")).toMatchObject({ consecutiveFailures: 2 });
    await app.ask("row", "Ana", "word four");
    expect(await app.statisticsOf("sage")).toMatchObject({ consecutiveFailures: 0 });
  });

  it("do not fail with one whose behavior was deleted while they ran", async () => {
    const said = await Promise.all(
      Array.from({ length: 6 }, (_, index) => app.say(`deleted-${index}`, "Ana", "word")),
    );
    await app.db.em().execute("update agent set behavior_id = null, assignment_id = null");
    // Where it and a turn that ends wait for each other, Postgres gives one of them up.
    const remove = () => app.db.em().execute("delete from behavior");
    await remove().catch(remove);
    const turns = await Promise.all(said.map(({ turnIds: [id = ""] }) => app.untilTurnEnds(id)));
    expect(turns.map(({ status }) => status)).toEqual(turns.map(() => "done"));
  });
});

function lastText({ messages }: ModelRequest): string {
  const last = messages.findLast(({ role }) => role === "user");
  return last && "text" in last ? last.text : "";
}
