import { newId } from "../../src/base/ids.ts";
import { loadBehaviorUsers } from "../../src/behaviors/lifecycle/behavior-users.ts";
import { Behavior } from "../../src/behaviors/behavior.ts";
import type { BehaviorScope } from "../../src/behaviors/behavior-scope.ts";
import { ExperimentArm } from "../../src/experiments/experiment-arm.ts";
import { ExperimentExposure } from "../../src/experiments/experiment-exposure.ts";
import type { NewExperiment } from "../../src/experiments/experiment-input.ts";
import { Experiment } from "../../src/experiments/experiment.ts";
import { createExperiment } from "../../src/experiments/lifecycle/create-experiment.ts";
import { startExperiment } from "../../src/experiments/lifecycle/start-experiment.ts";
import { evaluateExperiment } from "../../src/experiments/judging/evaluate-experiment.ts";
import { readExperiment } from "../../src/experiments/judging/read-experiment.ts";
import { toLogScale } from "../../src/experiments/statistics/metric-scales.ts";
import { tone } from "./scripts.ts";
import type { TestApp } from "./test-app.ts";

/** How the units of an arm fared, as many turns of each would have left it. */
export type Fared = {
  units: number;
  usesEach: number;
  successesEach: number;
  errorsEach?: number;
  responseMs?: number;
  costMicros?: number;
};

/** Arms of which one beats the other. */
export const GOOD: Fared = { units: 60, usesEach: 5, successesEach: 5 };
export const POOR: Fared = { units: 60, usesEach: 5, successesEach: 3 };

/** What tests do with experiments of one process, past its doors. */
export function experimentsOf(app: Pick<TestApp, "control" | "db" | "addBehavior" | "addAgent">) {
  const scope = (): BehaviorScope => ({ ...app.control, em: app.db.em() });
  const find = (name: string) =>
    app.db.em().findOneOrFail(Experiment, { name }, { populate: ["agent"] });
  const arms = async (name: string) =>
    app.db.em().find(ExperimentArm, { experiment: { name } }, { orderBy: { position: "asc" } });

  async function addTones(role: string, ...tones: string[]) {
    const names = tones.map((name) => `${role}_${name}`);
    for (const name of names) await app.addBehavior({ name, role, script: tone(name) });
    return names;
  }
  async function start(input: NewExperiment) {
    await createExperiment(scope(), input, "ola");
    return startExperiment(scope(), input.name, { by: "ola" });
  }

  return {
    scope,
    find,
    arms,
    /** Behaviors of a role that answer in a tone of their own name, `<role>_<tone>`. */
    addTones,
    start,
    /** Starts an experiment of two behaviors for a role with one agent of that name. */
    async startPair(role: string, input: object = {}) {
      const [a = "", b = ""] = await addTones(role, "a", "b");
      await app.addAgent({ slug: role, role });
      await start({ name: role, role, arms: [{ behavior: a }, { behavior: b }], ...input });
      return { a, b };
    },
    /** The behavior of a role that some agent uses. */
    async applies(role: string): Promise<string | undefined> {
      const em = app.db.em();
      for (const { id, name } of await em.find(Behavior, { role })) {
        if ((await loadBehaviorUsers({ em }, id)).length > 0) return name;
      }
      return undefined;
    },
    /** Leaves exposures behind as so many turns would, in the current period. */
    async expose(name: string, fared: Record<string, Fared>) {
      const em = app.db.em();
      const experiment = await em.findOneOrFail(Experiment, { name });
      for (const arm of await em.find(ExperimentArm, { experiment })) {
        const shown = fared[arm.behaviorName];
        for (let unit = 0; unit < (shown?.units ?? 0); unit += 1) {
          em.create(ExperimentExposure, toExposure(experiment, arm, shown as Fared));
        }
      }
      await em.flush();
    },
    evaluate: async (name: string, on = scope()) => evaluateExperiment(on, (await find(name)).id),
    read: async (name: string) => readExperiment({ em: app.db.em() }, await find(name)),
  };
}

function toExposure(experiment: Experiment, arm: ExperimentArm, fared: Fared) {
  const { usesEach, successesEach, errorsEach = 0, responseMs = 800, costMicros = 1000 } = fared;
  const logMs = toLogScale(responseMs);
  const at = new Date("2026-03-10T10:00:00Z");
  return {
    experiment,
    unitId: newId(),
    period: experiment.period,
    armId: arm.id,
    uses: usesEach,
    successes: successesEach,
    errors: errorsEach,
    logMs: usesEach * logMs,
    logMsSquared: usesEach * logMs ** 2,
    cappedMicros: usesEach * costMicros,
    cappedMicrosSquared: usesEach * costMicros ** 2,
    responseMs: usesEach * responseMs,
    costMicros: BigInt(usesEach * costMicros),
    firstAt: at,
    lastAt: at,
  };
}
