import { describe, expect, it } from "vitest";
import { sampleBeta } from "../../src/experiments/statistics/beta-sample.ts";
import { compareSuccess } from "../../src/experiments/statistics/compare-success.ts";
import { successSample } from "../../src/experiments/statistics/sample.ts";
import { chooseByThompson } from "../../src/experiments/statistics/thompson-sampling.ts";
import { seededRandom } from "../support/seeded-random.ts";

const toArms = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ key: String(at), uses: 0, successes: 0 }));

/** Successes lost against always using the best arm, as a share of what even use loses, over 100 runs of 1,000 uses. */
function regretRatio(rates: readonly number[], floor: number): number {
  const random = seededRandom(41);
  const best = Math.max(...rates);
  let lost = 0;
  for (let run = 0; run < 100; run += 1) {
    const arms = toArms(rates.length);
    for (let use = 0; use < 1000; use += 1) {
      const at = Number(chooseByThompson(arms, random, { floor }));
      const [arm, rate = 0] = [arms[at], rates[at]];
      if (arm === undefined) continue;
      arm.uses += 1;
      if (random() < rate) arm.successes += 1;
      lost += best - rate;
    }
  }
  const even = rates.reduce((sum, rate) => sum + best - rate, 0) / rates.length;
  return lost / (100 * 1000 * even);
}

describe("Thompson sampling", () => {
  it.each([
    { rates: [0.7, 0.85], ratio: 0.3 },
    { rates: [0.7, 0.75, 0.85], ratio: 0.45 },
    { rates: [0.5, 0.55, 0.6, 0.65], ratio: 0.65 },
  ])("loses far less than even use: $rates", ({ rates, ratio }) => {
    expect(regretRatio(rates, 0.05)).toBeLessThan(ratio);
    expect(regretRatio(rates, 0)).toBeLessThan(regretRatio(rates, 0.05));
  });

  it("never lets an arm fall below the floor", () => {
    const random = seededRandom(43);
    const arms = [
      { key: "good", uses: 10_000, successes: 9000 },
      { key: "bad", uses: 10_000, successes: 1000 },
    ];
    const chosen = Array.from({ length: 20_000 }, () =>
      chooseByThompson(arms, random, { floor: 0.1 }),
    );
    expect(chosen.filter((key) => key === "bad").length / 20_000).toBeCloseTo(0.1, 2);
    const greedy = Array.from({ length: 1000 }, () => chooseByThompson(arms, random, { floor: 0 }));
    expect(greedy).not.toContain("bad");
  });

  it("chooses arms it knows nothing of evenly", () => {
    const random = seededRandom(47);
    const chosen = Array.from({ length: 9000 }, () => chooseByThompson(toArms(3), random));
    for (const key of ["0", "1", "2"]) {
      expect(chosen.filter((one) => one === key).length / 9000).toBeCloseTo(1 / 3, 1);
    }
  });

  it("repeats itself with the same random source", () => {
    const choose = (): string[] => {
      const random = seededRandom(53);
      return Array.from({ length: 50 }, () => chooseByThompson(toArms(4), random));
    };
    expect(choose()).toEqual(choose());
  });

  it("refuses a floor that the arms cannot all have, and no arms", () => {
    expect(() => chooseByThompson(toArms(3), () => 0, { floor: 0.4 })).toThrow("at most 1 / arms");
    expect(() => chooseByThompson([], () => 0)).toThrow("at least one arm");
  });

  it("does not make the comparison err more often: at most 5 % of A/A bandits look different", () => {
    const random = seededRandom(59);
    let different = 0;
    for (let experiment = 0; experiment < 200; experiment += 1) {
      const arms = toArms(2);
      for (let use = 0; use < 1500; use += 1) {
        const arm = arms[Number(chooseByThompson(arms, random))];
        if (arm === undefined) continue;
        arm.uses += 1;
        if (random() < 0.7) arm.successes += 1;
        const [control, other] = arms.map(({ uses, successes }) => successSample(uses, successes));
        if (control === undefined || other === undefined) continue;
        const { result } = compareSuccess([{ control, arm: other }]);
        if (result === "too-few" || result === "undecided") continue;
        different += 1;
        break;
      }
    }
    expect(different / 200).toBeLessThanOrEqual(0.05);
  });
});

describe("draws from a Beta distribution", () => {
  it.each([
    { a: 1, b: 1 },
    { a: 2, b: 5 },
    { a: 300, b: 100 },
  ])("have its mean and variance: $a, $b", ({ a, b }) => {
    const random = seededRandom(61);
    const draws = Array.from({ length: 50_000 }, () => sampleBeta(a, b, random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    const expected = (a * b) / ((a + b) ** 2 * (a + b + 1));
    expect(Math.abs(mean - a / (a + b))).toBeLessThan(4 * Math.sqrt(expected / draws.length));
    expect(variance / expected).toBeGreaterThan(0.96);
    expect(variance / expected).toBeLessThan(1.04);
  });

  it("are uniform for Beta(1, 1)", () => {
    const random = seededRandom(67);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 20_000; draw += 1) {
      const at = Math.floor(10 * sampleBeta(1, 1, random));
      tenths[at] = (tenths[at] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
