import { describe, expect, it } from "vitest";
import { compareSuccess } from "../../src/experiments/statistics/compare-success.ts";
import { successSample, type Sample } from "../../src/experiments/statistics/sample.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { simulatePair } from "../support/simulate-pair.ts";

const EXPERIMENTS = 2000;
const USES_PER_ARM = 2000;

describe("2,000 simulated A/A experiments, looked at after every use", () => {
  it("promote an arm, or call one worse, in at most 5 %", () => {
    const random = seededRandom(7);
    let promoted = 0;
    let different = 0;
    for (let at = 0; at < EXPERIMENTS; at += 1) {
      const pair = { control: 0.7, arm: 0.7, usesPerArm: USES_PER_ARM };
      simulatePair(pair, random, ({ result }) => {
        if (result === "better") promoted += 1;
        if (result === "better" || result === "worse") different += 1;
        return result !== "undecided";
      });
    }
    expect(different / EXPERIMENTS).toBeLessThanOrEqual(0.05);
    expect(promoted / EXPERIMENTS).toBeLessThanOrEqual(0.025);
    expect(promoted).toBeGreaterThan(0);
  });

  it.each([{ rate: 0.02 }, { rate: 0.5 }, { rate: 0.98 }])(
    "hold as well at a rate of $rate",
    ({ rate }) => {
      const random = seededRandom(17);
      let different = 0;
      for (let at = 0; at < 500; at += 1) {
        const pair = { control: rate, arm: rate, usesPerArm: 1000 };
        if (simulatePair(pair, random, ({ result }) => result !== "undecided")) different += 1;
      }
      expect(different / 500).toBeLessThanOrEqual(0.05);
    },
  );

  it("would be called different in more than 30 % by the usual z-test, looked at as often", () => {
    const random = seededRandom(7);
    let different = 0;
    for (let at = 0; at < 300; at += 1) {
      const pair = { control: 0.7, arm: 0.7, usesPerArm: USES_PER_ARM };
      const found = simulatePair(pair, random, (_, { uses, successes }) => {
        const [n = 0, m = 0] = uses;
        const [a = 0, b = 0] = successes;
        const pooled = (a + b) / (n + m);
        const error = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
        return Math.abs(a / n - b / m) > 1.96 * error;
      });
      if (found) different += 1;
    }
    expect(different / 300).toBeGreaterThan(0.3);
  });
});

describe("A/A experiments whose people keep their arm and differ from each other", () => {
  type Arm = { uses: number; successes: number; clusters: NonNullable<Sample["clusters"]> };
  const emptyArm = (): Arm => ({
    uses: 0,
    successes: 0,
    clusters: { count: 0, sumOfSquaredCounts: 0, sumOfProducts: 0, sumOfSquaredSums: 0 },
  });

  function record(arm: Arm, person: { uses: number; successes: number }, success: number): void {
    const { clusters } = arm;
    const { uses, successes } = person;
    person.uses += 1;
    person.successes += success;
    if (uses === 0) clusters.count += 1;
    clusters.sumOfSquaredCounts += person.uses ** 2 - uses ** 2;
    clusters.sumOfProducts += person.uses * person.successes - uses * successes;
    clusters.sumOfSquaredSums += person.successes ** 2 - successes ** 2;
    arm.uses += 1;
    arm.successes += success;
  }

  /** The shares of 400 experiments that are called different, knowing the people and treating uses as strangers' ones. */
  function simulatePeople(people: number, busyness: number): { known: number; ignored: number } {
    const random = seededRandom(11);
    const found = { known: 0, ignored: 0 };
    for (let experiment = 0; experiment < 400; experiment += 1) {
      const arms = [emptyArm(), emptyArm()] as const;
      const persons = Array.from({ length: people }, (_, at) => ({
        arm: random() < 0.5 ? arms[0] : arms[1],
        rate: 0.4 + 0.6 * random(),
        until: 0,
        weight: (at + 1) ** -busyness,
        uses: 0,
        successes: 0,
      }));
      let total = 0;
      for (const person of persons) person.until = total += person.weight;
      const called = { known: false, ignored: false };
      for (let use = 0; use < 2000; use += 1) {
        const at = random() * total;
        const person = persons.find(({ until }) => at < until);
        if (person === undefined) continue;
        record(person.arm, person, random() < person.rate ? 1 : 0);
        if (use < 200) continue;
        const look = (isKnown: boolean): string =>
          compareSuccess([
            {
              control: successSample(
                arms[0].uses,
                arms[0].successes,
                isKnown ? arms[0].clusters : undefined,
              ),
              arm: successSample(
                arms[1].uses,
                arms[1].successes,
                isKnown ? arms[1].clusters : undefined,
              ),
            },
          ]).result;
        called.known ||= ["better", "worse"].includes(look(true));
        called.ignored ||= ["better", "worse"].includes(look(false));
      }
      if (called.known) found.known += 1;
      if (called.ignored) found.ignored += 1;
    }
    return { known: found.known / 400, ignored: found.ignored / 400 };
  }

  it.each([
    { people: 50, busyness: 0.7 },
    { people: 100, busyness: 0.7 },
    { people: 400, busyness: 1 },
  ])(
    "err in one of twenty at most with $people people, but far oftener when the people are ignored",
    ({ people, busyness }) => {
      const { known, ignored } = simulatePeople(people, busyness);
      expect(known).toBeLessThanOrEqual(0.05);
      expect(ignored).toBeGreaterThan(0.2);
    },
  );
});
