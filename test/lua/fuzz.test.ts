import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LUA_OUTCOMES } from "../../src/lua/lua-outcome.ts";
import { createLuaSandbox, type LuaSandbox } from "../../src/lua/sandbox.ts";
import { corpusCases, judge, judgeCase, readCorpus, requireCase } from "../support/lua-corpus.ts";

const canary = requireCase("benign/seed_context_aware.lua");
const sources = corpusCases
  .map(({ file }) => readCorpus(file))
  .filter((source) => source.length > 0 && source.length < 2000);

const TOKEN = /\.\.\.|\.\.|[=~<>]=|\/\/|<<|>>|::|[A-Za-z_][\w.]*|\d[\w.]*|"[^"\n]*"|[^\s\w]/gu;
const KEYWORD =
  /^(and|break|do|else|elseif|end|false|for|function|goto|if|in|local|nil|not|or|repeat|return|then|true|until|while)$/u;
const OPERATOR = /^(\.\.|[=~<>]=|\/\/|<<|>>|[-+*/%&|~^<>])$/u;

const programs = sources.map((source) => source.match(TOKEN) ?? []);
const pools = Map.groupBy(programs.flat(), kindOf);

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
      fc.property(fc.constantFrom(...sources), cut, (source, [at, length, isDoubled]) => {
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

function harmOf(sandbox: LuaSandbox, source: string): string[] {
  const { outcome, message = "" } = judge(sandbox, "fuzz", source);
  const checks: [isRight: boolean, harm: string][] = [
    [LUA_OUTCOMES.includes(outcome), `ended as ${outcome}`],
    [!message.includes("the sandbox stopped"), message],
    [isDeepStrictEqual(judgeCase(sandbox, canary).config, canary.expect_full), "next run differs"],
  ];
  return checks.filter(([isRight]) => !isRight).map(([, harm]) => harm);
}

/** Another token of the same kind, so that most mutants still compile; or a name for a value. */
function swapToken(program: string[], at: number, pick: number, isCrossed: boolean): void {
  const index = at % program.length;
  const kind = kindOf(program[index] ?? "");
  if (kind === "fixed") return;
  const wanted = isCrossed && kind !== "operator" ? crossed[kind] : kind;
  const pool = pools.get(wanted) ?? [];
  program[index] = pool[pick % pool.length] ?? "";
}

type Kind = "name" | "value" | "operator" | "fixed";

const crossed = { name: "value", value: "name" } as const;

function kindOf(token: string): Kind {
  if (KEYWORD.test(token)) return "fixed";
  if (/^[A-Za-z_]/u.test(token)) return "name";
  if (/^[\d"]/u.test(token)) return "value";
  return OPERATOR.test(token) ? "operator" : "fixed";
}
