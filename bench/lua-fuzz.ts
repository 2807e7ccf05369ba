import { parseArgs } from "node:util";
import { createLuaSandbox } from "../src/lua/sandbox.ts";
import { harmOf, mutableSources, swapToken, toTokens } from "../test/support/lua-mutants.ts";

// node bench/lua-fuzz.ts [--programs 1000000] [--seed 1]: scripts of the corpus with tokens swapped or pieces cut out
// and doubled. Each must end in a known way and leave the run after it as it was. CI runs 2,000 (test/lua/fuzz.test.ts).
const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
  },
});
const programs = mutableSources.map(toTokens);
const sandbox = await createLuaSandbox();
let state = Number(values.seed);
let deviations = 0;
const startedAt = performance.now();
for (let count = 0; count < Number(values.programs); count++) {
  const source = next(2) === 0 ? swapped() : cut();
  const harm = harmOf(sandbox, source);
  if (harm.length === 0) continue;
  deviations++;
  console.log(JSON.stringify({ harm, source }));
}
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(
  `${values.programs} programs (seed ${values.seed}), ${deviations} deviations, ${seconds} s`,
);
process.exitCode = deviations === 0 ? 0 : 1;

function swapped(): string {
  const program = [...(programs[next(programs.length)] ?? [])];
  for (let swaps = 1 + next(4); swaps > 0; swaps--) {
    swapToken(program, next(1e6), next(1e6), next(2) === 0);
  }
  return program.join(" ");
}

function cut(): string {
  const source = mutableSources[next(mutableSources.length)] ?? "";
  const start = next(source.length);
  const piece = source.slice(start, start + next(60));
  const middle = next(2) === 0 ? piece + piece : "";
  return source.slice(0, start) + middle + source.slice(start + piece.length);
}

/** A whole number from 0 to below `limit`, the same ones for a seed (mulberry32). */
function next(limit: number): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
}
