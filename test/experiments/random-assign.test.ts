import { describe, expect, it } from "vitest";
import { assignAtRandom } from "../../src/experiments/statistics/random-assign.ts";
import { seededRandom } from "../support/seeded-random.ts";

const ARMS = [
  { key: "A", weight: 3 },
  { key: "B", weight: 1 },
];

describe("random selection per use", () => {
  it("draws every use anew, in proportion to the weights", () => {
    const random = seededRandom(1);
    const drawn = Array.from({ length: 10_000 }, () => assignAtRandom(ARMS, random));
    expect(drawn.filter((key) => key === "A").length / 10_000).toBeCloseTo(0.75, 1);
  });

  it("follows the random source exactly", () => {
    expect(assignAtRandom(ARMS, () => 0)).toBe("A");
    expect(assignAtRandom(ARMS, () => 0.7499)).toBe("A");
    expect(assignAtRandom(ARMS, () => 0.75)).toBe("B");
    expect(assignAtRandom(ARMS, () => 1 - 2 ** -53)).toBe("B");
  });

  it("never draws an arm of weight 0", () => {
    const arms = [
      { key: "A", weight: 0 },
      { key: "B", weight: 1 },
      { key: "C", weight: 0 },
    ];
    expect(assignAtRandom(arms, () => 0)).toBe("B");
    expect(assignAtRandom(arms, () => 1 - 2 ** -53)).toBe("B");
  });

  it("refuses weights that leave nothing to choose", () => {
    expect(() => assignAtRandom([{ key: "A", weight: 0 }], () => 0)).toThrow("at least one arm");
  });
});
