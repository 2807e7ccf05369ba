import { sha256 } from "../../base/ids.ts";
import { requireWeights, type WeightedArm } from "./weighted-arms.ts";

const HEX_DIGITS = 13;

/**
 * The arm of a person or room: always the same for the same salt, arms and unit, on every machine, without being stored.
 *
 * Every arm draws −ln(u) / weight with u hashed from salt, arm and unit; the smallest draw wins (weighted rendezvous
 * hashing; Schindelhauer & Schomaker 2005, “Weighted distributed hash tables”). A unit's draw for an arm never depends on
 * the other arms, so a raised weight only moves units into that arm, a lowered one only out of it, and an arm that is
 * added or removed moves nobody else. No assignment that knows only the weights of the day moves fewer units for one
 * change without moving more for another (Moulton & Jiang 2018, arXiv:1809.04052, “Maximally consistent sampling”).
 */
export function assignByHash(salt: string, arms: readonly WeightedArm[], unit: string): string {
  requireWeights(arms);
  let winner = "";
  let lowest = Number.POSITIVE_INFINITY;
  for (const { key, weight } of arms) {
    const draw = -Math.log(hashUniform(salt, "arm", key, unit)) / weight;
    if (draw < lowest) {
      lowest = draw;
      winner = key;
    }
  }
  return winner;
}

/**
 * Whether a unit belongs to the given share of all units, 0 to 1. Who is inside at a share is inside at every larger one,
 * and who is inside says nothing about which arm it has.
 */
export function isExposed(salt: string, unit: string, share: number): boolean {
  return hashUniform(salt, "exposure", unit) < share;
}

/** A uniform number in (0, 1), the middle of one of 2⁵² cells, from the SHA-256 of the parts. */
export function hashUniform(...parts: string[]): number {
  const cell = Number.parseInt(sha256(JSON.stringify(parts)).slice(0, HEX_DIGITS), 16);
  return (cell + 0.5) / 16 ** HEX_DIGITS;
}
