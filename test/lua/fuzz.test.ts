import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { createLuaSandbox } from "../../src/lua/sandbox.ts";
import { harmOf, mutableSources, swapToken, toTokens } from "../support/lua-mutants.ts";

const programs = mutableSources.map(toTokens);

describe("corpus scripts", () => {
  it("with names, values and operators swapped end in a known way and disturb nobody", async () => {
    const sandbox = await createLuaSandbox();
    const swaps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(...programs), swaps, (program, chosen) => {
        const mutant = [...program];
        for (const [at, pick, isCrossed] of chosen) swapToken(mutant, at, pick, isCrossed);
        expect(harmOf(sandbox, mutant.join(" "))).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it("with a piece cut out or doubled end in a known way and disturb nobody", async () => {
    const sandbox = await createLuaSandbox();
    const cut = fc.tuple(fc.nat(), fc.nat(60), fc.boolean());
    fc.assert(
      fc.property(fc.constantFrom(...mutableSources), cut, (source, [at, length, isDoubled]) => {
        const start = at % source.length;
        const piece = source.slice(start, start + length);
        const middle = isDoubled ? piece + piece : "";
        const mutant = source.slice(0, start) + middle + source.slice(start + length);
        expect(harmOf(sandbox, mutant)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
