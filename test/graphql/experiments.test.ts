import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { experimentsOf } from "../support/experiments.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let other: TestApp;
let door: ControlPlane;
let experiments: ReturnType<typeof experimentsOf>;

beforeAll(async () => {
  app = await openTestApp();
  other = await app.join();
  door = openControlPlane(app.control);
  experiments = experimentsOf(app);
});
afterAll(() => app.close());

const CREATE = `mutation($input: CreateExperimentInput!) { createExperiment(input: $input) {
  name status unit policy allocation minimumUses rampUp guardrails { metric margin } costCapMicros sentence } }`;

async function create(name: string, more: object = {}) {
  const [a = "", b = ""] = await experiments.addTones(name, "a", "b");
  const arms = [{ behavior: a }, { behavior: b, weight: 1 }];
  const input = { name, role: name, arms, ...more };
  const { createExperiment } = await door.ask<{ createExperiment: object }>(CREATE, { input });
  return { a, b, createExperiment };
}

describe("an experiment through GraphQL", () => {
  it("is created with defaults that compare people safely", async () => {
    const { createExperiment } = await create("defaults");
    expect(createExperiment).toEqual({
      name: "defaults",
      status: "DRAFT",
      unit: "PERSON",
      policy: "SUGGEST",
      allocation: "FIXED",
      minimumUses: 100,
      rampUp: [0.05, 0.2, 0.5, 1],
      guardrails: [
        { metric: "ERRORS", margin: 0.05 },
        { metric: "LATENCY", margin: 0.25 },
        { metric: "COST", margin: 0.25 },
      ],
      costCapMicros: "1000000",
      sentence: "Not started: it will compare defaults_a and defaults_b for the role defaults.",
    });
  });

  it("takes what it is given, and says every fault at once", async () => {
    const { createExperiment } = await create("chosen", {
      unit: "USE",
      policy: "AUTO",
      allocation: "THOMPSON",
      minimumUses: 250,
      rampUp: [],
      guardrails: [{ metric: "COST", margin: 0.1 }],
      costCapMicros: "5000",
      description: null,
    });
    expect(createExperiment).toMatchObject({
      unit: "USE",
      policy: "AUTO",
      allocation: "THOMPSON",
      minimumUses: 250,
      rampUp: [1],
      guardrails: [{ metric: "COST", margin: 0.1 }],
      costCapMicros: "5000",
    });
    await expect(create("Bad Name", { minimumUses: 1 })).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringMatching(/name must.*minimumUses/),
    });
  });

  it("goes the whole way: start, look, suggestion, promotion, and back", async () => {
    const { a, b } = await create("journey", { rampUp: [] });
    const name = "journey";
    const events = await openControlPlane(other.control).watch(
      `subscription { experimentChanges(experiment: "journey") { kind arm by experiment { status sentence } } }`,
    );
    await door.ask(`mutation { startExperiment(name: "journey") { status startedAt } }`);
    await experiments.expose(name, {
      [a]: { units: 60, usesEach: 5, successesEach: 3 },
      [b]: { units: 60, usesEach: 5, successesEach: 5 },
    });
    await experiments.evaluate(name);
    const { experiment } = await door.ask<{ experiment: object }>(
      `{ experiment(name: "journey") { sentence suggestedArm { behaviorName behavior { status } } promotedArm { weight }
         sampleRatioPValue share table { name units uses successRate differencePoints lowerPoints upperPoints pValue
         result errorRate avgResponseTimeMs costMicrosPerUse goodFeedback badFeedback arm { weight isControl status } } } }`,
    );
    expect(experiment).toMatchObject({
      sentence: expect.stringMatching(
        /^journey_b beats journey_a by 40\.0 points, 95 % interval [\d.]+ to [\d.]+, 120 people; ready to be promoted\.$/u,
      ),
      suggestedArm: { behaviorName: b, behavior: { status: "ACTIVE" } },
      promotedArm: null,
      sampleRatioPValue: 1,
      share: null,
      table: [
        { name: a, units: 60, uses: 300, successRate: 0.6, result: "CONTROL", pValue: null },
        { name: b, result: "BETTER", errorRate: 0, avgResponseTimeMs: 800, costMicrosPerUse: 1000 },
      ],
    });
    await door.ask(`mutation { promoteExperiment(name: "journey") { status } }`);
    const after = await door.ask<{ rollbackExperiment: object }>(
      `mutation { rollbackExperiment(name: "journey") { status sentence } }`,
    );
    expect(after.rollbackExperiment).toEqual({
      status: "STOPPED",
      sentence: "journey_b was rolled back to journey_a on 2026-03-10: an operator decided so.",
    });
    const kinds = [];
    while (kinds.length < 5) kinds.push((await events.next()).value.experimentChanges);
    expect(kinds).toMatchObject([
      { kind: "STARTED", by: "ola", arm: null },
      { kind: "SUGGESTED", by: "system", arm: b },
      { kind: "PROMOTED", by: "ola", arm: b },
      { kind: "CONCLUDED", by: "ola", arm: b },
      { kind: "ROLLED_BACK", by: "ola", arm: b },
    ]);
    expect(kinds[4]).toMatchObject({ experiment: { status: "STOPPED" } });
  });

  it("shows what people thought of each arm's answers", async () => {
    await create("thought");
    await app.addAgent({ slug: "thinker", role: "thought" });
    await door.ask(`mutation { startExperiment(name: "thought") { status } }`);
    const { turnIds } = await app.say("thoughts", "Ana", "@thinker hello");
    const [id = ""] = turnIds;
    await app.run((await app.conversationOf(id)).id);
    await app.db.em().execute(
      `insert into feedback (turn_id, person_id, verdict, created_at)
       select ?, id, 'bad', now() from person where name = 'Ana' limit 1`,
      [id],
    );
    const { experiment } = await door.ask<{
      experiment: { table: { badFeedback: number; uses: number }[] };
    }>(`{ experiment(name: "thought") { table { uses goodFeedback badFeedback } } }`);
    const sum = (read: (row: { badFeedback: number; uses: number }) => number) =>
      experiment.table.reduce((total, row) => total + read(row), 0);
    expect([sum(({ uses }) => uses), sum(({ badFeedback }) => badFeedback)]).toEqual([1, 1]);
  });

  it("changes weights, stops an arm with a reason, and then the whole", async () => {
    const { b } = await create("changing");
    await door.ask(`mutation { startExperiment(name: "changing") { status } }`);
    const { updateExperimentWeights } = await door.ask<{ updateExperimentWeights: object }>(
      `mutation { updateExperimentWeights(name: "changing", weights: [{ behavior: "${b}", weight: 3 }]) {
         table { arm { weight } } } }`,
    );
    expect(updateExperimentWeights).toEqual({
      table: [{ arm: { weight: 1 } }, { arm: { weight: 3 } }],
    });
    const { stopExperimentArm } = await door.ask<{ stopExperimentArm: object }>(
      `mutation { stopExperimentArm(name: "changing", arm: "${b}", reason: "too rude") {
         status reason table { arm { status stopReason } } } }`,
    );
    expect(stopExperimentArm).toMatchObject({
      status: "STOPPED",
      table: [
        { arm: { status: "RUNNING" } },
        { arm: { status: "STOPPED", stopReason: "too rude" } },
      ],
    });
  });

  it("lists experiments by status and role, newest first, and knows what it does not know", async () => {
    const { experiments: drafts } = await door.ask<{ experiments: object[] }>(
      `{ experiments(status: DRAFT, role: "defaults") { name agent { slug } sentence } }`,
    );
    expect(drafts).toMatchObject([{ name: "defaults", agent: null }]);
    expect(await door.ask(`{ experiment(name: "none") { name } }`)).toEqual({ experiment: null });
    await expect(
      door.ask(`mutation { startExperiment(name: "none") { name } }`),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
