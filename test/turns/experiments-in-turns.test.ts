import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExperimentExposure } from "../../src/experiments/experiment-exposure.ts";
import { ExperimentUse } from "../../src/experiments/experiment-use.ts";
import { stopExperiment } from "../../src/experiments/lifecycle/stop-experiment.ts";
import { updateWeights } from "../../src/experiments/lifecycle/update-weights.ts";
import { correctExperimentOutcome } from "../../src/experiments/running/record-use.ts";
import { experimentsOf } from "../support/experiments.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("a turn while an experiment runs, on $name", (size) => {
  let app: TestApp;
  let other: TestApp;
  let experiments: ReturnType<typeof experimentsOf>;
  beforeAll(async () => {
    app = await openTestApp({ size });
    other = await app.join();
    experiments = experimentsOf(app);
  });
  afterAll(() => app.close());

  /** An experiment of two tones with an agent of the same name in that role. */
  async function startWith(name: string, input: object = {}) {
    await app.addAgent({ slug: name, role: name });
    const [a = "", b = ""] = await experiments.addTones(name, "a", "b");
    const arms = [{ behavior: a }, { behavior: b }];
    await experiments.start({ name, role: name, arms, ...input });
    return { a, b };
  }

  async function behaviorOf(turnId: string): Promise<string> {
    const [step] = await app.stepsOf(turnId, "behave");
    return step?.name ?? "";
  }

  /** Says something and answers it in the process given. */
  async function askIn(process: TestApp, slug: string, person: string, room: string) {
    const { turnIds } = await app.say(room, person, `@${slug} hello`);
    const [id = ""] = turnIds;
    await process.run((await app.conversationOf(id)).id);
    return app.turn(id);
  }

  async function askAs(process: TestApp, slug: string, person: string, room?: string) {
    const turn = await askIn(process, slug, person, room ?? `${slug}-${person}`);
    return { turn, behavior: await behaviorOf(turn.id) };
  }

  const exposuresOf = (name: string) =>
    app.db.em().find(ExperimentExposure, { experiment: { name } }, { orderBy: { firstAt: "asc" } });

  it("gives a person the same arm in every room and process, and different people different ones", async () => {
    const { a, b } = await startWith("sticky");
    const first = new Map<string, string>();
    // The draw is by the experiment's id, which is another one in each run.
    while (first.size < 12 || new Set(first.values()).size < 2) {
      const person = `person-${first.size}`;
      first.set(person, (await askAs(app, "sticky", person)).behavior);
    }
    expect(new Set(first.values())).toEqual(new Set([a, b]));
    for (const [person, behavior] of first) {
      const again = await askAs(other, "sticky", person, `another-${person}`);
      expect(again.behavior).toBe(behavior);
    }
    const exposures = await exposuresOf("sticky");
    expect(exposures).toHaveLength(first.size);
    expect(exposures.every(({ uses, successes }) => uses === 2 && successes === 2)).toBe(true);
  });

  it("keeps to three statements, and reads each script once", async () => {
    await startWith("brief");
    await askAs(app, "brief", "Ana");
    app.sql.statements.length = 0;
    app.queue.enqueued.length = 0;
    await askAs(app, "brief", "Ana");
    expect(app.sql.statements).toEqual([
      "receive_message",
      "claim_conversation",
      "finish_turn_in_experiment",
    ]);
    expect(app.queue.enqueued).toHaveLength(1);
    expect((await exposuresOf("brief"))[0]?.uses).toBe(2);
  });

  it("goes before the behavior that is assigned, and what was assigned applies again afterwards", async () => {
    const { a, b } = await startWith("before");
    await app.addBehavior({ name: "own", script: tone("own"), assignTo: "before" });
    expect([a, b]).toContain((await askAs(app, "before", "Ana")).behavior);
    await stopExperiment(experiments.scope(), "before", { by: "ola" });
    expect((await askAs(app, "before", "Ana")).behavior).toBe("own");
  });

  it("of an agent goes before the one of its role", async () => {
    await startWith("team");
    await app.addAgent({ slug: "loner", role: "team" });
    const [c = "", d = ""] = await experiments.addTones("team", "c", "d");
    const arms = [{ behavior: c }, { behavior: d }];
    await experiments.start({ name: "only-loner", agent: "loner", arms });
    expect([c, d]).toContain((await askAs(app, "loner", "Ana")).behavior);
    expect([c, d]).not.toContain((await askAs(app, "team", "Ana")).behavior);
  });

  it("a room with its threads keeps its arm whoever asks", async () => {
    await startWith("byroom", { unit: "room" });
    const seen = new Set<string>();
    for (const person of ["Ana", "Ben", "Mia", "Eva"]) {
      seen.add((await askAs(app, "byroom", person, "one-room")).behavior);
    }
    seen.add((await askAs(app, "byroom", "Ana", "one-room:a-thread")).behavior);
    expect(seen.size).toBe(1);
    expect(await exposuresOf("byroom")).toMatchObject([{ uses: 5 }]);
  });

  it("each use may draw its own arm, at random as the seed has it", async () => {
    const { a, b } = await startWith("dice", { unit: "use" });
    const seen = new Set<string>();
    while (seen.size < 2) seen.add((await askAs(app, "dice", "Ana", "casino")).behavior);
    expect(seen).toEqual(new Set([a, b]));
  });

  it("of a burst of several people's messages the first asker decides", async () => {
    const { a, b } = await startWith("crowd");
    const armOf = new Map<string, string>();
    for (let at = 0; new Set(armOf.values()).size < 2; at += 1) {
      armOf.set(`P${at}`, (await askAs(app, "crowd", `P${at}`)).behavior);
    }
    const [ofA, ofB] = [a, b].map((arm) => [...armOf].find(([, is]) => is === arm)?.[0] ?? "");
    for (const [first, second, arm] of [
      [ofA, ofB, a],
      [ofB, ofA, b],
    ] as const) {
      const room = `crowd-of-${arm}`;
      const said = [
        await app.say(room, first ?? "", "@crowd one"),
        await app.say(room, second ?? "", "@crowd two"),
      ];
      const [lead = "", merged = ""] = said.map(({ turnIds }) => turnIds[0] ?? "");
      await app.run((await app.conversationOf(lead)).id);
      expect(await behaviorOf(lead)).toBe(arm);
      expect((await app.turn(merged)).mergedIntoId).toBe(lead);
    }
  });

  it("a redelivered message and a repeated job count once", async () => {
    await startWith("once");
    const { turnIds } = await app.say("once", "Ana", "@once hello", "same-id");
    const { id } = await app.conversationOf(turnIds[0] ?? "");
    await app.run(id);
    await app.say("once", "Ana", "@once hello", "same-id");
    await Promise.all([app.run(id), other.run(id)]);
    expect(await exposuresOf("once")).toMatchObject([{ uses: 1, successes: 1 }]);
    expect(await app.db.em().count(ExperimentUse, { turnId: turnIds[0] ?? "" })).toBe(1);
  });

  it("turns of the same people in many rooms at once, in two processes, are all counted", async () => {
    await startWith("busy");
    const said = [];
    for (let at = 0; at < 24; at += 1) {
      const { turnIds } = await app.say(`busy-${at}`, `P${at % 3}`, "@busy hello");
      const { id } = await app.conversationOf(turnIds[0] ?? "");
      said.push({ turnId: turnIds[0] ?? "", run: () => (at % 2 ? app : other).run(id) });
    }
    await Promise.all(said.map(({ run }) => run()));
    const exposures = await exposuresOf("busy");
    expect(exposures.map(({ uses, successes }) => [uses, successes])).toEqual([
      [8, 8],
      [8, 8],
      [8, 8],
    ]);
    const turnIds = said.map(({ turnId }) => turnId);
    expect(await app.db.em().count(ExperimentUse, { turnId: turnIds })).toBe(24);
  });

  it("a failed turn counts as an error, a declined one not at all", async () => {
    await startWith("unlucky");
    app.model.script({ fails: "invalid" });
    await askAs(app, "unlucky", "Ana");
    expect(await exposuresOf("unlucky")).toMatchObject([{ uses: 1, successes: 0, errors: 1 }]);
    const em = app.db.em();
    await em.execute(`update agent set status = 'paused', version = version + 1 where slug = ?`, [
      "unlucky",
    ]);
    expect((await askIn(app, "unlucky", "Ana", "paused")).status).toBe("declined");
    expect(await exposuresOf("unlucky")).toMatchObject([{ uses: 1 }]);
  });

  it("late feedback takes a success away, and gives it back, never beyond what happened", async () => {
    await startWith("late");
    const { turn } = await askAs(app, "late", "Ana");
    const successes = async () => (await exposuresOf("late"))[0]?.successes;
    const correct = (turnId: string, delta: 1 | -1) =>
      app.db.em().transactional((tx) => correctExperimentOutcome(tx, { turnId, delta }));
    await correct(turn.id, -1);
    expect(await successes()).toBe(0);
    await correct(turn.id, -1);
    expect(await successes()).toBe(0);
    await correct(turn.id, 1);
    await correct(turn.id, 1);
    expect(await successes()).toBe(1);
    const outside = await askIn(app, "sage", "Ana", "outside");
    await correct(outside.id, -1);
    expect(await successes()).toBe(1);
  });

  it("a turn that a crash broke off ends in the arm and period it began in", async () => {
    const { b } = await startWith("crash");
    let person = "";
    for (let at = 0; person === ""; at += 1) {
      if ((await askAs(app, "crash", `P${at}`)).behavior === b) person = `P${at}`;
    }
    const dying = await app.join();
    dying.model.script({ toolCalls: [{ id: "t", name: "time", input: {} }] });
    dying.sql.hook((name) => {
      if (name === "finish_turn_in_experiment") throw new Error("killed");
    });
    const { turnIds } = await app.say(`again-${person}`, person, "@crash go on");
    const { id } = await app.conversationOf(turnIds[0] ?? "");
    await expect(dying.run(id)).rejects.toThrow("killed");
    await dying.die();
    await updateWeights(experiments.scope(), "crash", {
      weights: [{ behavior: b, weight: 0.001 }],
      by: "ola",
    });
    await app.run(id);
    expect(await behaviorOf(turnIds[0] ?? "")).toBe(b);
    const arm = (await experiments.arms("crash")).find(({ behaviorName }) => behaviorName === b);
    const exposures = (await exposuresOf("crash")).filter(({ armId }) => armId === arm?.id);
    expect(exposures).toMatchObject([{ uses: 2, period: 1 }]);
  });

  it("the bandit keeps what a person drew, and follows what the arms have shown", async () => {
    const { a, b } = await startWith("bandit", { allocation: "thompson" });
    const fared = { units: 40, usesEach: 5 };
    await experiments.expose("bandit", {
      [a]: { ...fared, successesEach: 1 },
      [b]: { ...fared, successesEach: 5 },
    });
    await experiments.evaluate("bandit");
    const drawn: string[] = [];
    for (let at = 0; at < 12; at += 1) {
      drawn.push((await askAs(app, "bandit", `P${at}`)).behavior);
    }
    expect(drawn.filter((behavior) => behavior === b).length).toBeGreaterThan(8);
    expect((await askAs(other, "bandit", "P0", "elsewhere")).behavior).toBe(drawn[0]);
  });
});
