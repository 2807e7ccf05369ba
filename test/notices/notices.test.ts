import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noteFacts } from "../../src/notices/note-facts.ts";
import { openControlPlane } from "../support/control-plane.ts";
import { experimentsOf, GOOD, POOR } from "../support/experiments.ts";
import { HOURS, openImprovementStage } from "../support/improvement-stage.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const MINUTE = 60_000;
const TRAP = `if context.task_description:find("trap") then while true do end end ${tone("trap")}`;
const sizes = await testSizes();

type Noticed = { id: string; kind: string; text: string };

/** The news since it was last asked, oldest first, as operators without a room see it; two processes look at once. */
function followNews(app: TestApp, other: TestApp) {
  const door = openControlPlane(app.control);
  const scopes = [app, other].map(({ control }) => ({ ...control, clock: app.clock }));
  const seen = new Set<string>();
  return async (): Promise<[kind: string, text: string][]> => {
    app.clock.advance(1);
    await Promise.all([...scopes, ...scopes].map((scope) => noteFacts(scope, undefined)));
    const { notices } = await door.ask<{ notices: Noticed[] }>(
      `{ notices(last: 200) { id kind text } }`,
    );
    const fresh = notices.toReversed().filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    return fresh.map(({ kind, text }) => [kind, text]);
  };
}

describe.each(sizes)("what operators are told of, on $name", (size) => {
  let app: TestApp;
  let news: ReturnType<typeof followNews>;
  let experiments: ReturnType<typeof experimentsOf>;
  beforeAll(async () => {
    app = await openTestApp({ size });
    const other = await app.join();
    news = followNews(app, other);
    experiments = experimentsOf(app);
    await app.work();
  });
  afterAll(() => app.close());

  const askAll = async (slug: string, words: string, times: number) => {
    for (let n = 0; n < times; n++) await app.ask(slug, "Ana", `@${slug} ${words}`);
  };
  const failNext = (fails: "auth" | "refused") => app.model.script({ fails });

  it("a behavior that was switched off and what applies instead, then that it is back, each once", async () => {
    const door = openControlPlane(app.control);
    await app.addAgent({ slug: "looper" });
    for (const script of [tone("good"), TRAP]) await app.addBehavior({ name: "looper", script });
    await door.ask(`mutation { assignBehavior(agent: "looper", behavior: "looper") { slug } }`);
    await askAll("looper", "mind the trap", 2);
    expect(await news()).toEqual([]);
    await askAll("looper", "mind the trap", 1);
    expect(await news()).toEqual([
      [
        "BEHAVIOR_SWITCHED_OFF",
        "**Behavior `looper` was switched off in r2**, because it used up its time or memory three times; r1 applies until it is revised, or switched on again by `npx troupe behaviors rollback looper 2`.",
      ],
    ]);
    expect(await news()).toEqual([]);
    await door.ask(`mutation { restoreBehavior(name: "looper") { name } }`);
    expect(await news()).toEqual([
      ["BEHAVIOR_BACK", "**Behavior `looper` applies again**, with r2; there is nothing to do."],
    ]);
    await askAll("looper", "mind the trap", 3);
    expect((await news()).map(([kind]) => kind)).toEqual(["BEHAVIOR_SWITCHED_OFF"]);
    await app.addBehavior({ name: "looper", script: tone("mended") });
    expect(await news()).toEqual([
      ["BEHAVIOR_BACK", "**Behavior `looper` applies again**, with r3; there is nothing to do."],
    ]);
    expect(await news()).toEqual([]);
  });

  it("turns that no model answers, counted, once a quarter of an hour for each provider", async () => {
    failNext("auth");
    await app.ask("models", "Ana", "Hello?");
    const [[kind, text] = []] = await news();
    expect(kind).toBe("MODELS_FAILING");
    expect(text).toMatch(
      /^\*\*scripted could not answer a turn\*\* since \d\d:\d\d UTC, because it refuses the key, .+ `npx troupe turns show [\da-f-]{36}` shows the last one\.$/,
    );
    for (let n = 0; n < 3; n++) {
      app.clock.advance(1);
      failNext("auth");
      await app.ask("models", "Ana", "And now?");
    }
    expect(await news()).toEqual([]);
    // A request that was at fault itself says nothing about its provider.
    failNext("refused");
    await app.ask("models", "Ana", "Something else?");
    app.clock.advance(15 * MINUTE);
    expect((await news()).map(([, words]) => words)).toEqual([
      expect.stringContaining("**scripted could not answer 3 turns**"),
    ]);
    app.clock.advance(15 * MINUTE);
    expect(await news()).toEqual([]);
  });

  it("turns whose model nobody has configured", async () => {
    await app.addAgent({ slug: "lost", model: "nowhere/big" });
    await app.ask("lost", "Ana", "@lost Hello?");
    expect((await news()).map(([, words]) => words)).toEqual([
      expect.stringMatching(/^\*\*nowhere could not answer a turn\*\*.+no model of that name/),
    ]);
  });

  it("what an experiment promotes, raises and concludes by itself, and nothing that an operator did", async () => {
    const { a, b } = await experiments.startPair("auto", { policy: "auto", rampUp: [0.2, 1] });
    await experiments.expose("auto", { [a]: POOR, [b]: GOOD });
    expect(await news()).toEqual([]);
    await experiments.evaluate("auto");
    expect(await news()).toEqual([
      [
        "EXPERIMENT_PROMOTED",
        "**Experiment `auto` promoted `auto_b`**, for 20 % of the traffic at first; it goes back by itself where it does worse, or by `npx troupe experiments rollback auto`.",
      ],
    ]);
    await experiments.expose("auto", { [a]: POOR, [b]: { ...GOOD, units: 20 } });
    await experiments.evaluate("auto");
    expect((await news()).map(([, text]) => text)).toEqual([
      expect.stringContaining("gives `auto_b` to 100 % of the traffic now"),
    ]);
    await experiments.expose("auto", { [b]: { ...GOOD, units: 20 } });
    await experiments.evaluate("auto");
    expect((await news()).map(([, text]) => text)).toEqual([
      expect.stringMatching(
        /^\*\*Experiment `auto` has ended\*\*: auto\\_b beats auto\\_a by 40\.0 points, .+ `npx troupe experiments rollback auto` takes it back\.$/u,
      ),
    ]);
    const door = openControlPlane(app.control);
    await experiments.startPair("byhand");
    await door.ask(`mutation { stopExperiment(name: "byhand") { name } }`);
    expect(await news()).toEqual([]);
  });

  it("what an experiment takes back or stops by itself, and what it suggests", async () => {
    const { a, b } = await experiments.startPair("worse", { policy: "auto" });
    await experiments.expose("worse", { [a]: POOR, [b]: GOOD });
    await experiments.evaluate("worse");
    await experiments.expose("worse", { [a]: GOOD, [b]: POOR });
    await experiments.evaluate("worse");
    expect((await news()).map(([kind]) => kind).toSorted()).toEqual([
      "EXPERIMENT_PROMOTED",
      "EXPERIMENT_ROLLED_BACK",
    ]);

    const broken = await experiments.startPair("broken");
    const failing = { ...GOOD, successesEach: 2, errorsEach: 3 };
    await experiments.expose("broken", { [broken.a]: GOOD, [broken.b]: failing });
    await experiments.evaluate("broken");
    const stopped = await news();
    expect(stopped.map(([kind]) => kind).toSorted()).toEqual([
      "EXPERIMENT_ARM_STOPPED",
      "EXPERIMENT_ENDED",
    ]);
    expect(stopped.map(([, text]) => text).join()).toMatch(/guardrail errors: .*allowed/);

    const pair = await experiments.startPair("modest");
    await experiments.expose("modest", { [pair.a]: POOR, [pair.b]: GOOD });
    await experiments.evaluate("modest");
    expect(await news()).toEqual([
      [
        "EXPERIMENT_SUGGESTED",
        expect.stringMatching(/has a result\*\*: .+ `npx troupe experiments promote modest`/),
      ],
    ]);
  });
});

describe("what operators are told of automatic improvement", () => {
  it("is what it suggests, does and takes back by itself, each once", async () => {
    const stage = await openImprovementStage();
    const news = followNews(stage.app, stage.other);
    await stage.weakAgent("modest", "SUGGEST");
    await stage.weakAgent("bold", "AUTO");
    await stage.sweep();
    expect(await news()).toEqual([
      expect.arrayContaining(["IMPROVEMENT_SUGGESTED"]),
      [
        "IMPROVEMENT_APPLIED",
        expect.stringMatching(
          /^\*\*`bold` behaves differently now\*\* .*`bold_poor` → `bold_good`/,
        ),
      ],
    ]);
    await stage.tally("bold", 40, 2);
    await stage.sweep();
    expect((await news()).map(([, text]) => text)).toEqual([
      expect.stringMatching(/^\*\*`bold` has its old behavior back\*\*.+2 of 40 tasks/),
    ]);
    stage.app.clock.advance(30 * HOURS);
    expect(await news()).toEqual([]);
    await stage.app.close();
  });
});
