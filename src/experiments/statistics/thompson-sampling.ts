import { AppError } from "../../base/errors.ts";
import { sampleBeta } from "./beta-sample.ts";
import type { RandomSource } from "./weighted-arms.ts";

export type BanditArm = { key: string; uses: number; successes: number };

export type ThompsonPolicy = {
  /** The least probability of every arm, so that a slow starter is seen again; at most 1 / number of arms. */
  floor: number;
};

const DEFAULT_THOMPSON_POLICY: ThompsonPolicy = { floor: 0.05 };

/**
 * The arm for the next use (or the next new person, whose arm the caller then keeps): a success rate is drawn for every arm
 * from its Beta(1 + successes, 1 + failures) posterior and the highest wins, so an arm is chosen with the probability that it
 * is the best (Thompson 1933; Russo, Van Roy et al. 2018, “A Tutorial on Thompson Sampling”, algorithm 3.2). Before that, with
 * probability floor × arms, an arm is chosen evenly.
 *
 * It earns more while it learns, and proves less: the shares follow the outcomes, so a drift over time can look like a
 * difference between arms. Where the proof matters, use constant weights.
 */
export function chooseByThompson(
  arms: readonly BanditArm[],
  random: RandomSource,
  policy: ThompsonPolicy = DEFAULT_THOMPSON_POLICY,
): string {
  const evenly = policy.floor * arms.length;
  if (arms.length === 0 || !(evenly >= 0 && evenly <= 1)) {
    throw new AppError(
      "INVALID",
      "Give the bandit at least one arm and a floor of at most 1 / arms.",
    );
  }
  if (random() < evenly) return arms[Math.floor(random() * arms.length)]?.key ?? "";
  let chosen = "";
  let highest = Number.NEGATIVE_INFINITY;
  for (const { key, uses, successes } of arms) {
    const rate = sampleBeta(1 + successes, 1 + uses - successes, random);
    if (rate > highest) {
      highest = rate;
      chosen = key;
    }
  }
  return chosen;
}
