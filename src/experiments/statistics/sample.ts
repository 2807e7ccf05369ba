/**
 * What one arm has shown in one metric, as sums that a database adds up: a correction that arrives late changes the sums
 * and nothing else. For a yes-or-no metric a use counts 1 or 0, so `sum` and `sumOfSquares` are both the number of successes.
 */
export type Sample = {
  /** Uses seen. */
  count: number;
  sum: number;
  sumOfSquares: number;
  /** Given when a person or room keeps its arm over many uses; absent when every use drew its own arm. */
  clusters?: ClusterSums;
};

/** Sums over the persons or rooms i of one arm, with `n_i` uses that add up to `y_i`. */
export type ClusterSums = {
  /** Persons or rooms. */
  count: number;
  /** Σ n_i² */
  sumOfSquaredCounts: number;
  /** Σ n_i·y_i */
  sumOfProducts: number;
  /** Σ y_i² */
  sumOfSquaredSums: number;
};

/** The sample of a yes-or-no metric. */
export function successSample(uses: number, successes: number, clusters?: ClusterSums): Sample {
  const sample = { count: uses, sum: successes, sumOfSquares: successes };
  return clusters === undefined ? sample : { ...sample, clusters };
}

/** The cluster sums of units that are at hand one by one; a database adds the same four columns up itself. */
export function sumClusters(units: Iterable<{ count: number; sum: number }>): ClusterSums {
  const sums = { count: 0, sumOfSquaredCounts: 0, sumOfProducts: 0, sumOfSquaredSums: 0 };
  for (const unit of units) {
    sums.count += 1;
    sums.sumOfSquaredCounts += unit.count * unit.count;
    sums.sumOfProducts += unit.count * unit.sum;
    sums.sumOfSquaredSums += unit.sum * unit.sum;
  }
  return sums;
}

/** The mean per use; 0 before the first use. */
export function meanOf(sample: Sample): number {
  return sample.count === 0 ? 0 : sample.sum / sample.count;
}

/**
 * The squared standard error of a share of successes: p̃(1 − p̃) / n with p̃ = (s + 1) / (n + 2), which does not call
 * an arm without a failure certain (Agresti & Caffo 2000, “Simple and effective confidence intervals for proportions”),
 * or the variance between persons or rooms where that is larger.
 */
export function varianceOfRate(sample: Sample): number {
  const smoothed = (sample.sum + 1) / (sample.count + 2);
  return widenForClusters(sample, (smoothed * (1 - smoothed)) / sample.count);
}

/** The squared standard error of a mean, s² / n, or the variance between persons or rooms where that is larger. */
export function varianceOfMean(sample: Sample): number {
  if (sample.count < 2) return Number.POSITIVE_INFINITY;
  const centred = sample.sumOfSquares - (sample.sum * sample.sum) / sample.count;
  const variance = Math.max(0, centred) / (sample.count - 1);
  return widenForClusters(sample, variance / sample.count);
}

/**
 * How many equally busy persons or rooms a sample is worth, (Σ n_i)² / Σ n_i² (Kish 1965, “Survey Sampling”): ten people of
 * whom one does nearly everything are worth little more than one. Infinite where every use drew its own arm.
 */
export function effectiveUnits({ count, clusters }: Sample): number {
  if (clusters === undefined) return Number.POSITIVE_INFINITY;
  return clusters.count === 0 ? 0 : (count * count) / clusters.sumOfSquaredCounts;
}

/**
 * Uses of one person resemble each other, so they weigh less than as many uses of strangers. The delta method gives the
 * squared standard error of y/n as k/(k − 1) · Σ (y_i − m·n_i)² / (Σ n_i)² over k units, m being the mean per use
 * (Deng, Lu & Qin 2021, arXiv:2105.14705: the same as the cluster-robust variance). Here k is the effective number.
 */
function widenForClusters(sample: Sample, variance: number): number {
  const { clusters } = sample;
  if (clusters === undefined) return variance;
  const units = effectiveUnits(sample);
  if (units <= 1) return Number.POSITIVE_INFINITY;
  const mean = meanOf(sample);
  const residuals =
    clusters.sumOfSquaredSums -
    2 * mean * clusters.sumOfProducts +
    mean * mean * clusters.sumOfSquaredCounts;
  return Math.max(variance, ((units / (units - 1)) * residuals) / (sample.count * sample.count));
}
