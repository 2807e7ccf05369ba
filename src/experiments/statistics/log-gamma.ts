const SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360];
const SERIES_FROM = 10;

/**
 * ln Γ(x) for x > 0, to about 1e−14: Stirling's series (NIST DLMF 5.11.1) from 10 on, below that by Γ(x + 1) = x·Γ(x).
 */
export function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < SERIES_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const tail = SERIES.reduce((sum, factor, at) => sum + factor / shifted ** (2 * at + 1), 0);
  const stirling = (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI);
  return stirling + tail - Math.log(product);
}
