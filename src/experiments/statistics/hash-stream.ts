import { hashUniform } from "./hash-assign.ts";
import type { RandomSource } from "./weighted-arms.ts";

/** Chance that is the same for the same salt and unit, on every machine. */
export function hashStream(salt: string, unit: string): RandomSource {
  let drawn = 0;
  return () => hashUniform(salt, "stream", unit, String(drawn++));
}
