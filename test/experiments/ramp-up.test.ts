import { describe, expect, it } from "vitest";
import { checkGuardrail, type GuardrailCheck } from "../../src/experiments/statistics/guardrail.ts";
import { decideRampUp, DEFAULT_RAMP_UP_PLAN } from "../../src/experiments/statistics/ramp-up.ts";
import { successSample } from "../../src/experiments/statistics/sample.ts";
import { seededRandom } from "../support/seeded-random.ts";

const step = (control: [number, number], arm: [number, number]) => ({
  control: successSample(...control),
  arm: successSample(...arm),
});
const FINE = step([1900, 1330], [100, 70]);

function decide(steps: ReturnType<typeof step>[], guardrails: GuardrailCheck[] = []) {
  return decideRampUp(DEFAULT_RAMP_UP_PLAN, { steps, guardrails });
}

const errors = (failed: number): GuardrailCheck => {
  const pair = { control: successSample(300, 3), arm: successSample(100, failed) };
  return checkGuardrail({ metric: "errors", margin: 0.05 }, [pair], 0.05);
};

/** The share of 200 ramp-ups that roll an arm with this success rate back to one with 70 %. */
function simulate(rate: number): number {
  const random = seededRandom(71);
  const ends: string[] = [];
  for (let run = 0; run < 200; run += 1) {
    const steps: ReturnType<typeof step>[] = [];
    let action = "advance";
    while (action === "advance") {
      const share = DEFAULT_RAMP_UP_PLAN.shares[steps.length] ?? 1;
      const { control, arm } = step([0, 0], [0, 0]);
      steps.push({ control, arm });
      for (action = "wait"; action === "wait"; action = decide(steps).action) {
        const isPromoted = random() < share;
        const sample = isPromoted ? arm : control;
        const success = random() < (isPromoted ? rate : 0.7) ? 1 : 0;
        sample.count += 1;
        sample.sum += success;
        sample.sumOfSquares += success;
      }
    }
    ends.push(action);
  }
  return ends.filter((end) => end === "roll-back").length / 200;
}

describe("the ramp-up of a promoted arm", () => {
  it("goes from 5 to 20, 50 and 100 % and then is complete", () => {
    expect(decide([FINE])).toEqual({ action: "advance", share: 0.2 });
    expect(decide([FINE, FINE])).toEqual({ action: "advance", share: 0.5 });
    expect(decide([FINE, FINE, FINE])).toEqual({ action: "advance", share: 1 });
    const alone = step([0, 0], [100, 70]);
    expect(decide([FINE, FINE, FINE, alone])).toEqual({ action: "complete", share: 1 });
  });

  it("waits at a step until 100 uses of it were seen", () => {
    const begun = step([300, 210], [40, 28]);
    expect(decide([begun])).toEqual({ action: "wait", share: 0.05, usesMissing: 60 });
    expect(decide([FINE, begun])).toEqual({ action: "wait", share: 0.2, usesMissing: 60 });
  });

  it("takes the next step only while the guardrails hold, and goes back when one is breached", () => {
    expect(decide([FINE], [errors(3)]).action).toBe("advance");
    const back = { action: "roll-back", share: 0, because: "errors" };
    expect(decide([FINE], [errors(3), errors(50)])).toEqual(back);
    expect(decide([step([300, 210], [40, 28])], [errors(50)])).toEqual(back);
  });

  it("goes back when the promoted arm turns out worse than the one it replaces", () => {
    const worse = step([1900, 1615], [150, 90]);
    expect(decide([worse])).toEqual({ action: "roll-back", share: 0, because: "success" });
  });

  it("adds up the proof of several steps, and keeps it where nobody has the old arm any more", () => {
    const bit = step([400, 320], [100, 67]);
    const alone = step([0, 0], [20, 15]);
    expect(decide([bit]).action).toBe("advance");
    expect(decide([bit, bit, bit, alone]).action).toBe("roll-back");
  });

  it("looked at after every use, rolls a worse arm back and leaves an equally good one", () => {
    expect(simulate(0.7)).toBeLessThanOrEqual(0.05);
    expect(simulate(0.5)).toBeGreaterThan(0.9);
  });

  it("refuses a plan that shrinks, stops early or waits for nothing, and steps it does not have", () => {
    const use = (shares: number[], minimumUses = 100) =>
      decideRampUp({ shares, minimumUses }, { steps: [FINE], guardrails: [] });
    expect(() => use([0.5, 0.2, 1])).toThrow("grow");
    expect(() => use([0.5])).toThrow("grow");
    expect(() => use([0, 1])).toThrow("grow");
    expect(() => use([1], 0)).toThrow("minimum");
    expect(() => decide([])).toThrow("between 1 and 4");
  });
});
