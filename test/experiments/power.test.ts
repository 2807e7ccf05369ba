import { describe, expect, it } from "vitest";
import { seededRandom } from "../support/seeded-random.ts";
import { simulatePair } from "../support/simulate-pair.ts";

const EXPERIMENTS = 1000;

describe("a real difference", () => {
  it("of 70 % against 85 % is found within 300 uses per arm in at least 80 % of experiments", () => {
    const random = seededRandom(23);
    let found = 0;
    for (let at = 0; at < EXPERIMENTS; at += 1) {
      const pair = { control: 0.7, arm: 0.85, usesPerArm: 300 };
      if (simulatePair(pair, random, ({ result }) => result === "better")) found += 1;
    }
    expect(found / EXPERIMENTS).toBeGreaterThanOrEqual(0.8);
  });

  it("is never found before 100 uses per arm", () => {
    const random = seededRandom(29);
    for (let at = 0; at < 100; at += 1) {
      const pair = { control: 0.1, arm: 0.9, usesPerArm: 99 };
      expect(simulatePair(pair, random, ({ result }) => result === "better")).toBe(false);
    }
  });

  it("lies inside the interval at all looks of at least 95 % of experiments", () => {
    const random = seededRandom(31);
    let missed = 0;
    for (let at = 0; at < EXPERIMENTS; at += 1) {
      const pair = { control: 0.7, arm: 0.85, usesPerArm: 1000 };
      const misses = simulatePair(
        pair,
        random,
        ({ intervalPoints }) => intervalPoints.lower > 15 || intervalPoints.upper < 15,
      );
      if (misses) missed += 1;
    }
    expect(missed / EXPERIMENTS).toBeLessThanOrEqual(0.05);
  });
});
