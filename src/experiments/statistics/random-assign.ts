import { requireWeights, type RandomSource, type WeightedArm } from "./weighted-arms.ts";

/** An arm drawn anew for this one use, with probability proportional to its weight. */
export function assignAtRandom(arms: readonly WeightedArm[], random: RandomSource): string {
  requireWeights(arms);
  const possible = arms.filter(({ weight }) => weight > 0);
  let left = random() * possible.reduce((sum, { weight }) => sum + weight, 0);
  for (const { key, weight } of possible) {
    left -= weight;
    if (left < 0) return key;
  }
  return possible.at(-1)?.key ?? "";
}
