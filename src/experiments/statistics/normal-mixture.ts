/**
 * The always-valid test behind every comparison here: Robbins' normal mixture.
 *
 * An estimate δ̂ with squared standard error v, taken again after every use, behaves like a Brownian motion δ̂/v at the
 * time 1/v. Averaging its likelihood ratio against “no difference” over effects drawn from N(0, τ²) gives
 *
 *   e = √(v / (v + τ²)) · exp( δ̂²τ² / (2v(v + τ²)) ),
 *
 * which exceeds 1/α with probability at most α at any of all looks together when there is no difference. So 1/e is a
 * p-value that may be read after every use, and the values that are not rejected form an interval that may be, too.
 *
 * Sources: Johari, Koomen, Pekelis & Walsh 2022, “Always Valid Inference: Continuous Monitoring of A/B Tests”, Operations
 * Research 70(3) (the mixture sequential probability ratio test, mSPRT); Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas
 * 2024, “Time-uniform central limit theory and asymptotic confidence sequences”, Annals of Statistics 52(6),
 * arXiv:2103.06476 (the same boundary with an estimated variance, valid from a first look at enough uses on).
 */
export type Estimate = {
  value: number;
  /** The squared standard error of `value`; infinite when nothing is known, 0 when all that was seen was the same. */
  variance: number;
};

export type Interval = { lower: number; upper: number };

/** The natural logarithm of e against “the true value is 0”; `scale` is τ, in the unit of the value. */
export function logEvidence(estimate: Estimate, scale: number): number {
  const { value, variance } = estimate;
  if (variance === Number.POSITIVE_INFINITY) return 0;
  if (variance === 0) return value === 0 ? 0 : Number.POSITIVE_INFINITY;
  const total = variance + scale * scale;
  return (
    0.5 * Math.log(variance / total) + (value * value * scale * scale) / (2 * variance * total)
  );
}

/** The always-valid p-value min(1, 1/e) of “the true value is 0”. */
export function pValueOf(estimate: Estimate, scale: number): number {
  return Math.min(1, Math.exp(-logEvidence(estimate, scale)));
}

/**
 * The values that the test does not reject at level `alpha`: δ̂ ± √( v(v + τ²)/τ² · (2 ln(1/α) + ln((v + τ²)/v)) ).
 * It leaves 0 out exactly when the p-value is below `alpha`.
 */
export function intervalOf(estimate: Estimate, scale: number, alpha: number): Interval {
  const width = marginOf(estimate.variance, scale, (ratio) => Math.sqrt(ratio) / alpha);
  return { lower: estimate.value - width, upper: estimate.value + width };
}

/**
 * A bound that the true value undercuts with probability at most `alpha` at any of all looks together. It mixes over
 * positive effects only, which is sharper than the lower end of the interval: ln(½ + √((v + τ²)/v) / 2α) in place of
 * ln(√((v + τ²)/v) / α), from Φ(x) ≥ 1 − ½e^(−x²/2); compare the one-sided sequences of arXiv:2103.06476.
 */
export function lowerBoundOf(estimate: Estimate, scale: number, alpha: number): number {
  return (
    estimate.value -
    marginOf(estimate.variance, scale, (ratio) => 0.5 + Math.sqrt(ratio) / (2 * alpha))
  );
}

function marginOf(variance: number, scale: number, odds: (ratio: number) => number): number {
  if (variance === Number.POSITIVE_INFINITY || variance === 0) return variance;
  const total = variance + scale * scale;
  return Math.sqrt(((2 * variance * total) / (scale * scale)) * Math.log(odds(total / variance)));
}
