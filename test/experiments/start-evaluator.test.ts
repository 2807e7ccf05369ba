import { afterAll, beforeAll, expect, it } from "vitest";
import { startEvaluator } from "../../src/experiments/judging/start-evaluator.ts";
import { createRecordedLog } from "../support/recorded-log.ts";
import { experimentsOf } from "../support/experiments.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let experiments: ReturnType<typeof experimentsOf>;
beforeAll(async () => {
  app = await openTestApp();
  experiments = experimentsOf(app);
});
afterAll(() => app.close());

it("a worker evaluates as it starts, and one experiment that cannot be keeps no other waiting", async () => {
  for (const role of ["odd", "even"]) {
    const [a = "", b = ""] = await experiments.addTones(role, "a", "b");
    await experiments.start({ name: role, role, arms: [{ behavior: a }, { behavior: b }] });
    await experiments.expose(role, {
      [a]: { units: 60, usesEach: 5, successesEach: 3 },
      [b]: { units: 60, usesEach: 5, successesEach: 5 },
    });
  }
  // Nobody can compare without a control.
  await app.db
    .em()
    .execute(`update experiment_arm set is_control = false where behavior_name = 'odd_a'`);
  const log = createRecordedLog();
  const stop = await startEvaluator({ ...app.control, log });
  await stop();
  expect((await experiments.find("even")).suggestedArmId).toBeTruthy();
  expect((await experiments.find("odd")).suggestedArmId ?? null).toBeNull();
  expect(log.lines).toContainEqual({
    level: "warn",
    message: "experiment not evaluated",
    fields: { experiment: "odd", error: "an experiment without control" },
  });
});
