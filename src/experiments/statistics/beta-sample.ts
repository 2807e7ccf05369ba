import type { RandomSource } from "./weighted-arms.ts";

/**
 * A draw from Beta(a, b), a and b at least 1: X / (X + Y) of X from Gamma(a) and Y from Gamma(b) (Devroye 1986,
 * “Non-Uniform Random Variate Generation”, IX.4).
 */
export function sampleBeta(a: number, b: number, random: RandomSource): number {
  const x = sampleGamma(a, random);
  return x / (x + sampleGamma(b, random));
}

/**
 * A draw from Gamma(shape) with shape at least 1: d·(1 + c·z)³ for a normal z, kept with the probability that makes it exact
 * (Marsaglia & Tsang 2000, “A simple method for generating gamma variables”, ACM TOMS 26(3)).
 */
function sampleGamma(shape: number, random: RandomSource): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = sampleNormal(random);
    const cube = (1 + c * z) ** 3;
    if (cube <= 0) continue;
    if (Math.log(1 - random()) < 0.5 * z * z + d * (1 - cube + Math.log(cube))) return d * cube;
  }
}

/** A draw from the standard normal distribution (Box & Muller 1958). */
function sampleNormal(random: RandomSource): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
