import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LUA_OUTCOMES } from "../../src/lua/lua-outcome.ts";
import { createLuaSandbox } from "../../src/lua/sandbox.ts";
import { corpusCases, judge, judgeCase, readCorpus, requireCase } from "../support/lua-corpus.ts";

const canary = requireCase("benign/seed_context_aware.lua");
const tokens = [
  ...new Set(
    corpusCases
      .map(({ file }) => readCorpus(file))
      .filter((source) => source.length < 2000)
      .flatMap((source) => source.match(/[\w.]+|"[^"\n]*"|[^\s\w]+/gu) ?? []),
  ),
];

describe("programs spliced from the corpus", () => {
  it("always end in a known way and never disturb the next run", async () => {
    const sandbox = await createLuaSandbox();
    const program = fc
      .array(fc.constantFrom(...tokens), { minLength: 1, maxLength: 40 })
      .map((parts) => parts.join(" "));
    fc.assert(
      fc.property(program, (source) => {
        expect(LUA_OUTCOMES).toContain(judge(sandbox, "fuzz", source).outcome);
        expect(judgeCase(sandbox, canary).config).toStrictEqual(canary.expect_full);
      }),
      { numRuns: 1500 },
    );
  });

  it("that are corpus scripts with a piece cut out or doubled end in a known way too", async () => {
    const sandbox = await createLuaSandbox();
    const sources = corpusCases.map(({ file }) => readCorpus(file)).filter((s) => s.length < 2000);
    const mutation = fc.tuple(fc.constantFrom(...sources), fc.nat(2000), fc.nat(60), fc.boolean());
    fc.assert(
      fc.property(mutation, ([source, at, length, isDoubled]) => {
        const start = source.length === 0 ? 0 : at % source.length;
        const piece = source.slice(start, start + length);
        const middle = isDoubled ? piece + piece : "";
        const mutant = source.slice(0, start) + middle + source.slice(start + length);
        expect(LUA_OUTCOMES).toContain(judge(sandbox, "fuzz", mutant).outcome);
        expect(judgeCase(sandbox, canary).config).toStrictEqual(canary.expect_full);
      }),
      { numRuns: 1000 },
    );
  });
});
