import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { assignByHash, isExposed } from "../../src/experiments/statistics/hash-assign.ts";
import type { WeightedArm } from "../../src/experiments/statistics/weighted-arms.ts";

const UNITS = Array.from({ length: 4000 }, (_, at) => `person-${at}`);

function assignAll(arms: readonly WeightedArm[], salt = "salt"): string[] {
  return UNITS.map((unit) => assignByHash(salt, arms, unit));
}

function moved(
  before: readonly string[],
  after: readonly string[],
): { from: string; to: string }[] {
  return before.flatMap((from, at) => (from === after[at] ? [] : [{ from, to: after[at] ?? "" }]));
}

const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 5 });
const toArms = (values: readonly number[]): WeightedArm[] =>
  values.map((weight, at) => ({ key: `arm-${at}`, weight }));
const shareOf = (values: readonly number[], at: number): number =>
  (values[at] ?? 0) / values.reduce((sum, value) => sum + value, 0);

describe("assignment by hash", () => {
  it("gives a unit the same arm whenever and wherever it is asked", () => {
    const arms = toArms([50, 50]);
    expect(assignByHash("experiment-1", arms, "ana")).toBe("arm-0");
    expect(assignByHash("experiment-1", arms, "ben")).toBe("arm-1");
    expect(assignAll(arms)).toEqual(assignAll([...arms].reverse()));
  });

  it("gives arms their shares of the units", () => {
    const assigned = assignAll(toArms([6, 3, 1]));
    const share = (key: string): number => assigned.filter((arm) => arm === key).length / 4000;
    expect(share("arm-0")).toBeCloseTo(0.6, 1);
    expect(share("arm-1")).toBeCloseTo(0.3, 1);
    expect(share("arm-2")).toBeCloseTo(0.1, 1);
  });

  it("does not repeat the arms of one experiment in another", () => {
    const same = moved(assignAll(toArms([1, 1]), "one"), assignAll(toArms([1, 1]), "two"));
    expect(same.length / 4000).toBeCloseTo(0.5, 1);
  });

  it("keeps salt, arm and unit apart", () => {
    const answers = (salt: string, prefix: string): string[] =>
      UNITS.map((unit) => assignByHash(salt, toArms([1, 1]), prefix + unit));
    expect(answers("a", "b")).not.toEqual(answers("ab", ""));
  });

  it("moves nobody when all weights change alike", () => {
    expect(assignAll(toArms([1, 2, 3]))).toEqual(assignAll(toArms([10, 20, 30])));
  });

  it("moves units only into the arm whose weight is raised", () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 50 }), (values, more) => {
        const raised = values.with(0, (values[0] ?? 0) + more);
        const changes = moved(assignAll(toArms(values)), assignAll(toArms(raised)));
        expect(changes.filter(({ to }) => to !== "arm-0")).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it("moves units only out of the arm whose weight is lowered, or that is removed", () => {
    fc.assert(
      fc.property(weights, fc.boolean(), (values, isRemoved) => {
        const arms = toArms(values);
        const after = isRemoved ? arms.slice(1) : toArms(values.with(0, (values[0] ?? 0) / 3));
        const changes = moved(assignAll(arms), assignAll(after));
        expect(changes.filter(({ from }) => from !== "arm-0")).toEqual([]);
        expect(changes.length).toBeGreaterThan(0);
      }),
      { numRuns: 8 },
    );
  });

  it("moves as few units as the change of one weight demands", () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 50 }), (values, more) => {
        const raised = values.with(0, (values[0] ?? 0) + more);
        const changes = moved(assignAll(toArms(values)), assignAll(toArms(raised)));
        expect(changes.length / 4000).toBeCloseTo(shareOf(raised, 0) - shareOf(values, 0), 1);
      }),
      { numRuns: 8 },
    );
  });

  it("moves the share 1 − Σ 1/Σ max(p_j/p_i, q_j/q_i) for any change, at most 2d/(1 + d) for a least possible d", () => {
    fc.assert(
      fc.property(weights, fc.infiniteStream(fc.integer({ min: 1, max: 20 })), (values, others) => {
        const next = values.map(() => others.next().value ?? 1);
        const p = values.map((_, at) => shareOf(values, at));
        const q = next.map((_, at) => shareOf(next, at));
        const kept = p.reduce((sum, pi, i) => {
          const ratios = p.map((pj, j) => Math.max(pj / pi, (q[j] ?? 0) / (q[i] ?? 1)));
          return sum + 1 / ratios.reduce((total, ratio) => total + ratio, 0);
        }, 0);
        const least = p.reduce((sum, pi, i) => sum + Math.abs(pi - (q[i] ?? 0)), 0) / 2;
        const share = moved(assignAll(toArms(values)), assignAll(toArms(next))).length / 4000;
        expect(Math.abs(share - (1 - kept))).toBeLessThan(0.035);
        expect(1 - kept).toBeLessThanOrEqual((2 * least) / (1 + least) + 1e-9);
      }),
      { numRuns: 8 },
    );
  });

  it("never gives an arm of weight 0", () => {
    expect(assignAll(toArms([0, 1]))).not.toContain("arm-0");
  });

  it("refuses weights that leave nothing to choose, negative ones and a key used twice", () => {
    expect(() => assignByHash("salt", [], "ana")).toThrow("at least one arm");
    expect(() => assignByHash("salt", toArms([0, 0]), "ana")).toThrow("at least one arm");
    expect(() => assignByHash("salt", toArms([1, -1]), "ana")).toThrow("arm-1");
    const twice = [...toArms([1]), ...toArms([1])];
    expect(() => assignByHash("salt", twice, "ana")).toThrow("its own key");
  });
});

describe("exposure", () => {
  it("keeps a unit inside while the share grows", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.string(), fc.string(), share, share, (salt, unit, a, b) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        expect(isExposed(salt, unit, small) && !isExposed(salt, unit, large)).toBe(false);
      }),
    );
  });

  it("lets in the share asked for: nobody at 0, everybody at 1", () => {
    const inside = (share: number): number =>
      UNITS.filter((unit) => isExposed("salt", unit, share)).length / 4000;
    expect(inside(0)).toBe(0);
    expect(inside(0.2)).toBeCloseTo(0.2, 1);
    expect(inside(1)).toBe(1);
  });

  it("does not favour an arm", () => {
    const inside = UNITS.filter((unit) => isExposed("salt", unit, 0.3));
    const first = inside.filter((unit) => assignByHash("salt", toArms([1, 1]), unit) === "arm-0");
    expect(first.length / inside.length).toBeCloseTo(0.5, 1);
  });
});
