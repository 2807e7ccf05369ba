/** Millionths of a dollar, as a decimal string, as dollars: `1500` is `$0.0015`. */
export function formatDollars(costMicros: string): string {
  const micros = BigInt(costMicros);
  const fraction = (micros % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return `$${micros / 1_000_000n}.${fraction.padEnd(2, "0")}`;
}
