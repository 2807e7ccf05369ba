import { describe, expect, it } from "vitest";
import { compareArms } from "../../src/experiments/statistics/compare-arms.ts";
import { successSample } from "../../src/experiments/statistics/sample.ts";
import { seededRandom } from "../support/seeded-random.ts";

const arm = (key: string, uses: number, successes: number) => ({
  key,
  periods: [successSample(uses, successes)],
});

describe("comparing several arms", () => {
  it("makes each comparison at alpha divided by the number of comparisons", () => {
    const two = compareArms([arm("A", 200, 140), arm("B", 200, 160)], "A");
    const four = compareArms(
      [arm("A", 200, 140), arm("B", 200, 160), arm("C", 200, 140), arm("D", 200, 140)],
      "A",
    );
    expect(two.comparisons[0]?.alpha).toBe(0.05);
    expect(four.comparisons[0]?.alpha).toBeCloseTo(0.05 / 3, 12);
    expect(four.comparisons[0]?.adjustedPValue).toBeCloseTo(
      Math.min(1, 3 * (two.comparisons[0]?.pValue ?? 0)),
      12,
    );
    expect(four.comparisons[0]?.intervalPoints.lower).toBeLessThan(
      two.comparisons[0]?.intervalPoints.lower ?? 0,
    );
  });

  it("names the arm that surely gains most as the winner", () => {
    const arms = [arm("A", 500, 350), arm("B", 500, 420), arm("C", 500, 460), arm("D", 100, 92)];
    const { result, winner } = compareArms(arms, "A");
    expect({ result, winner }).toEqual({ result: "winner", winner: "C" });
  });

  it("lets no stopped arm win, and counts it among the comparisons all the same", () => {
    const arms = [arm("A", 500, 350), arm("B", 500, 420), arm("C", 500, 460)];
    const stopped = compareArms(arms, "A", { stopped: new Set(["C"]) });
    expect(stopped.winner).toBe("B");
    expect(stopped.comparisons.map((one) => one.alpha)).toEqual([0.025, 0.025]);
    expect(stopped.comparisons.map((one) => one.stopped)).toEqual([false, true]);
  });

  it("says that control holds when every arm still running is worse", () => {
    const arms = [arm("A", 500, 450), arm("B", 500, 350), arm("C", 120, 100)];
    expect(compareArms(arms, "A").result).toBe("undecided");
    expect(compareArms(arms, "A", { stopped: new Set(["C"]) }).result).toBe("control-holds");
  });

  it("says that there are too few uses while no arm has enough", () => {
    expect(compareArms([arm("A", 500, 450), arm("B", 99, 10)], "A").result).toBe("too-few");
  });

  it("refuses an experiment without control, without another arm, or with a stretch missing", () => {
    expect(() => compareArms([arm("A", 1, 1), arm("B", 1, 1)], "Z")).toThrow("control");
    expect(() => compareArms([arm("A", 1, 1)], "A")).toThrow("other arm");
    const short = { key: "A", periods: [] };
    expect(() => compareArms([short, arm("B", 1, 1)], "A")).toThrow("each stretch");
  });

  it("calls any of four equal arms different in at most 5 % of experiments looked at after every round", () => {
    const random = seededRandom(3);
    let found = 0;
    for (let experiment = 0; experiment < 500; experiment += 1) {
      const successes = [0, 0, 0, 0];
      for (let uses = 1; uses <= 800; uses += 1) {
        for (let at = 0; at < 4; at += 1) {
          if (random() < 0.7) successes[at] = (successes[at] ?? 0) + 1;
        }
        if (uses < 100) continue;
        const arms = successes.map((count, at) => arm(String(at), uses, count));
        const { comparisons } = compareArms(arms, "0");
        if (comparisons.some(({ result }) => result !== "undecided")) {
          found += 1;
          break;
        }
      }
    }
    expect(found / 500).toBeLessThanOrEqual(0.05);
    expect(found).toBeGreaterThan(0);
  });
});
