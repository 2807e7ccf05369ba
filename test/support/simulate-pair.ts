import {
  compareSuccess,
  type Comparison,
} from "../../src/experiments/statistics/compare-success.ts";
import { successSample } from "../../src/experiments/statistics/sample.ts";

export type SimulatedPair = { control: number; arm: number; usesPerArm: number };

/**
 * Plays one experiment between two success rates, looking after every use from 100 per arm on, alternating between the arms.
 * Stops at the first look that `onLook` answers with true, and says whether there was one.
 */
export function simulatePair(
  { control, arm, usesPerArm }: SimulatedPair,
  random: () => number,
  onLook: (comparison: Comparison, counts: { uses: number[]; successes: number[] }) => boolean,
): boolean {
  const rates = [control, arm];
  const uses = [0, 0];
  const successes = [0, 0];
  for (let use = 0; use < 2 * usesPerArm; use += 1) {
    const side = use % 2;
    uses[side] = (uses[side] ?? 0) + 1;
    if (random() < (rates[side] ?? 0)) successes[side] = (successes[side] ?? 0) + 1;
    if (use < 2 * 100 - 1) continue;
    const [a, b] = [0, 1].map((at) => successSample(uses[at] ?? 0, successes[at] ?? 0));
    if (a === undefined || b === undefined) continue;
    if (onLook(compareSuccess([{ control: a, arm: b }]), { uses, successes })) return true;
  }
  return false;
}
