import { AppError } from "../../base/errors.ts";

/** An arm of an experiment and its share of the units, relative to the weights of the others. */
export type WeightedArm = { key: string; weight: number };

/** Where chance comes from: uniform numbers in [0, 1). Given by the caller, so that a test can repeat it. */
export type RandomSource = () => number;

/** Refuses weights that leave no arm to choose. INVALID. */
export function requireWeights(arms: readonly WeightedArm[]): void {
  const wrong = arms.find(({ weight }) => !Number.isFinite(weight) || weight < 0);
  if (wrong !== undefined) {
    throw new AppError("INVALID", `Give arm “${wrong.key}” a weight of 0 or more.`);
  }
  if (new Set(arms.map(({ key }) => key)).size < arms.length) {
    throw new AppError("INVALID", "Give every arm of the experiment its own key.");
  }
  if (!arms.some(({ weight }) => weight > 0)) {
    throw new AppError("INVALID", "Give at least one arm a weight above 0.");
  }
}
