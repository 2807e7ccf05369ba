import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";
import { holdModel } from "../support/hold-model.ts";

const sizes = await testSizes();
const kinds = sizes.flatMap((size) => [
  { name: `${size.name} and the fake queue`, size, queue: "fake" as const },
  { name: `${size.name} and its own queue`, size, queue: "real" as const },
]);

describe.each(kinds)("messages that come close together, on $name", ({ size, queue }) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size, queue });
    await app.work();
  });
  afterAll(() => app.close());

  it("a burst during a running turn becomes one following turn that answers all of it", async () => {
    const held = holdModel(app.model);
    app.model.script({ text: "First." }, { text: "To all three." });
    const first = await app.say("burst", "Ana", "one");
    await held.started();
    const burst = [
      await app.say("burst", "Ana", "two"),
      await app.say("burst", "Ben", "three"),
      await app.say("burst", "Ana", "four"),
    ];
    const calls = app.model.requests.length;
    held.release();
    const [firstId = ""] = first.turnIds;
    const ids = burst.map(({ turnIds }) => turnIds[0] ?? "");
    await Promise.all([firstId, ...ids].map((id) => app.untilTurnEnds(id)));

    expect(app.model.requests).toHaveLength(calls + 2);
    const prompt = JSON.stringify(app.model.requests.at(-1)?.messages);
    for (const said of ["two", "three", "four"]) expect(prompt).toContain(`>${said}</message>`);
    const named = ['Ana at 10:30 ("two")', 'Ben at 10:30 ("three")', 'Ana at 10:30 ("four")'];
    expect(prompt).toContain(JSON.stringify(`Answer: ${named.join(", ")}`).slice(1, -1));
    const turns = await Promise.all(ids.map((id) => app.turn(id)));
    expect(turns.map(({ status }) => status)).toEqual(["done", "merged", "merged"]);
    expect(turns.map(({ mergedIntoId }) => mergedIntoId ?? null)).toEqual([null, ids[0], ids[0]]);
    for (const id of ids) expect(await app.replyTo(id)).toBe("To all three.");
    expect((await app.messagesOf("burst")).map(({ author, text }) => `${author}: ${text}`)).toEqual(
      ["Ana: one", "Ana: two", "Ben: three", "Ana: four", "Sage: First.", "Sage: To all three."],
    );
  });

  it("a conversation waits for nobody else's", async () => {
    const held = holdModel(app.model);
    app.model.respond(() => ({ text: "Hm." }));
    const slow = await app.say("slow", "Ana", "think hard");
    await held.started();
    const quick = await app.ask("quick", "Ben", "hello");
    expect(quick.status).toBe("done");
    expect((await app.turn(slow.turnIds[0] ?? "")).status).toBe("running");
    held.release();
    expect((await app.untilTurnEnds(slow.turnIds[0] ?? "")).status).toBe("done");
  });

  it("every conversation keeps its order, and nothing is lost or doubled", async () => {
    let answers = 0;
    app.model.respond(() => ({ text: `answer ${answers++}` }));
    const rooms = Array.from({ length: 5 }, (_, index) => `order-${index}`);
    const numbers = Array.from({ length: 8 }, (_, number) => String(number));
    const said = await Promise.all(
      rooms.map(async (room) => {
        const turnIds: string[] = [];
        for (const number of numbers) turnIds.push(...(await app.say(room, "Ana", number)).turnIds);
        return turnIds;
      }),
    );
    for (const [index, turnIds] of said.entries()) {
      expect(turnIds).toHaveLength(numbers.length);
      const turns = await Promise.all(turnIds.map((id) => app.untilTurnEnds(id)));
      const leads = turns.filter(({ status }) => status === "done").map(({ id }) => id);
      const answeredBy = turns.map(({ id, mergedIntoId }) => leads.indexOf(mergedIntoId ?? id));
      expect(answeredBy).toEqual(answeredBy.toSorted((a, b) => a - b));
      expect(answeredBy).not.toContain(-1);

      const messages = await app.messagesOf(rooms[index] ?? "");
      expect(messages.flatMap(({ turnId }) => turnId ?? [])).toEqual(leads);
      const heard = messages.filter(({ author }) => author === "Ana").map(({ text }) => text);
      expect(heard).toEqual(numbers);
    }
  });
});
