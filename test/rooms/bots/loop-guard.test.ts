import * as fc from "../../support/fast-check.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BOT_LIMITS } from "../../../src/rooms/bots/bot-limits.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { openChannel } from "./bots-stage.ts";

const { consecutiveAnswers, pairAnswers, pairWindowMs, spendMicros } = BOT_LIMITS;

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const thread = fc.option(
  fc.integer({ min: 0, max: 4 }).map((n) => `5.${n}`),
  { nil: undefined, freq: 2 },
);
const Said = fc.record({
  byPerson: fc.constantFrom(false, false, false, false, true),
  bot: fc.constantFrom("B1", "B2"),
  thread,
  // Whatever they say, with names of agents and without.
  text: fc.oneof(
    fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.trim() !== ""),
    fc.constantFrom("@sage your turn", "@troupe sage, go on", "stop", "@everyone @sage"),
  ),
  laterMs: fc.constantFrom(0, 1000, 60_000, pairWindowMs / 4),
  costMicros: fc.bigInt({ min: 0n, max: spendMicros / 2n }),
});

it("no two bots keep an agent talking: what is answered is bounded by what people say", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Said, { minLength: 10, maxLength: 45 }), async (script) => {
      app.clock.advance(2 * pairWindowMs);
      const { personSays, botSays } = await openChannel(app);
      const answers: { bot: string; at: number }[] = [];
      let people = 1;
      let spent = 0n;
      for (const { byPerson, text, laterMs, ...said } of script) {
        app.clock.advance(laterMs);
        if (byPerson) {
          await personSays("go on", said.thread);
          people += 1;
        } else if ((await botSays(text, said)).answered) {
          answers.push({ bot: said.bot, at: app.clock.now() });
          spent += said.costMicros;
        }
      }
      expect(answers.length).toBeLessThanOrEqual(consecutiveAnswers * people);
      expect(spent).toBeLessThanOrEqual((spendMicros + spendMicros / 2n) * BigInt(people));
      for (const { bot, at } of answers) {
        const within = answers.filter((other) => other.bot === bot && isWithin(other.at, at));
        expect(within.length).toBeLessThanOrEqual(pairAnswers);
      }
    }),
    { numRuns: 25 },
  );
});

it("two bots that answer each other at once fall silent by themselves", async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(Said), async (script) => {
      app.clock.advance(2 * pairWindowMs);
      const { botSays } = await openChannel(app);
      let answered = 0;
      for (const { text, thread: place, laterMs } of script) {
        app.clock.advance(laterMs);
        if (!(await botSays(text, { thread: place })).answered) break;
        answered += 1;
      }
      expect(answered).toBe(consecutiveAnswers);
    }),
    { numRuns: 15 },
  );
});

function isWithin(earlier: number, at: number): boolean {
  return earlier <= at && at - earlier < pairWindowMs;
}
