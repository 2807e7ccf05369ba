import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { BOT_LIMITS } from "../../../src/rooms/bots/bot-limits.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { testSizes } from "../../support/test-database.ts";
import { openChannel } from "./bots-stage.ts";

const sizes = await testSizes();
const { consecutiveAnswers, pairAnswers, pairWindowMs, spendMicros } = BOT_LIMITS;

describe.each(sizes)("another bot, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
  });
  afterAll(() => app.close());

  it("is not heard where nobody said so", async () => {
    const { botSays } = await openChannel(app, { answersBots: false });
    expect(await botSays("@sage build 12 failed")).toMatchObject({ stored: false });
  });

  it("is answered where the room says so, in threads of that room too, and no longer than that", async () => {
    const { botSays, bind, channel, personSays } = await openChannel(app);
    expect(await botSays("build 12 failed")).toMatchObject({ answered: true });
    expect(await botSays("build 13 failed", { thread: "1.1" })).toMatchObject({ answered: true });
    await personSays("look here", "1.2");
    await bind(false, `${channel}:1.2`);
    expect(await botSays("build 14 failed", { thread: "1.2" })).toMatchObject({ stored: false });
    await bind(false);
    expect(await botSays("build 15 failed")).toMatchObject({ stored: false });
    expect(await botSays("build 16 failed", { thread: "1.1" })).toMatchObject({ stored: false });
  });

  it("is remembered without an answer where it speaks to nobody", async () => {
    const { botSays } = await openChannel(app);
    const said = await botSays("build 17 passed", { toBot: false });
    expect(said).toEqual({ answered: false, turnIds: [], stored: true });
  });

  it("brings in no agent that does not answer bots", async () => {
    await app.addAgent({ slug: "shy" });
    const { botSays } = await openChannel(app);
    const said = await botSays("@shy come here", { thread: "2.1", toBot: false });
    expect(said).toMatchObject({ stored: false });
  });

  it("is answered once, however often its message comes", async () => {
    const { botSays } = await openChannel(app);
    const externalId = newId();
    const [first, again] = [
      await botSays("once", { externalId }),
      await botSays("once", { externalId }),
    ];
    expect(again.turnIds).toEqual(first.turnIds);
  });

  it("meets silence after the cap, which is written down, until a person writes", async () => {
    const { botSays, personSays } = await openChannel(app);
    for (let i = 0; i < consecutiveAnswers; i++) {
      expect(await botSays("and you?")).toMatchObject({ answered: true });
    }
    app.queue.enqueued.length = 0;
    const refused = await botSays("and you?");
    expect(refused).toMatchObject({
      answered: false,
      reason: expect.stringContaining("until a person writes"),
    });
    expect(app.queue.enqueued).toEqual([]);
    const [turnId = ""] = refused.turnIds;
    expect(await app.stepsOf(turnId, "record")).toMatchObject([
      { name: "loop-guard", status: "skipped", output: { reason: refused.reason } },
    ]);
    await personSays("go on");
    expect(await botSays("and you?")).toMatchObject({ answered: true });
  });

  it("gets no fresh start by opening threads, nor by sharing the talk with a third", async () => {
    const { botSays } = await openChannel(app);
    const answered: boolean[] = [];
    for (let i = 0; i < consecutiveAnswers + 3; i++) {
      answered.push((await botSays("hi", { thread: `3.${i}`, bot: `B${i % 2}` })).answered);
    }
    expect(answered.filter(Boolean)).toHaveLength(consecutiveAnswers);
  });

  it("meets silence once its answers have cost enough", async () => {
    const { botSays, personSays } = await openChannel(app);
    await botSays("dear", { costMicros: spendMicros, thread: "4.1" });
    expect(await botSays("more", { thread: "4.1" })).toMatchObject({
      reason: expect.stringContaining("$0.25"),
    });
    await personSays("go on", "4.1");
    expect(await botSays("more", { thread: "4.1" })).toMatchObject({ answered: true });
  });

  it("meets silence after so many answers within the window, whoever else writes", async () => {
    const { botSays, personSays } = await openChannel(app);
    for (let i = 0; i < pairAnswers; i++) {
      await personSays("go on");
      expect(await botSays("again", { bot: "B9" })).toMatchObject({ answered: true });
    }
    await personSays("go on");
    expect(await botSays("again", { bot: "B9" })).toMatchObject({ answered: false });
    expect(await botSays("again", { bot: "B8" })).toMatchObject({ answered: true });
    app.clock.advance(pairWindowMs + 1);
    expect(await botSays("again", { bot: "B9" })).toMatchObject({ answered: true });
  });

  it("passes the guard no oftener by speaking many times at once", async () => {
    const { botSays } = await openChannel(app);
    const said = await Promise.all(
      Array.from({ length: 12 }, (_, i) => botSays("now", { bot: `B7${i}` })),
    );
    expect(said.filter(({ answered }) => answered)).toHaveLength(consecutiveAnswers);
  });
});
