import { isDeepStrictEqual } from "node:util";
import { LUA_OUTCOMES } from "../../src/lua/lua-outcome.ts";
import type { LuaSandbox } from "../../src/lua/sandbox.ts";
import { corpusCases, judge, judgeCase, readCorpus, requireCase } from "./lua-corpus.ts";

const canary = requireCase("benign/seed_context_aware.lua");

/** The scripts of the corpus that are worth changing. */
export const mutableSources: readonly string[] = corpusCases
  .map(({ file }) => readCorpus(file))
  .filter((source) => source.length > 0 && source.length < 2000);

const TOKEN = /\.\.\.|\.\.|[=~<>]=|\/\/|<<|>>|::|[A-Za-z_][\w.]*|\d[\w.]*|"[^"\n]*"|[^\s\w]/gu;
const KEYWORD =
  /^(and|break|do|else|elseif|end|false|for|function|goto|if|in|local|nil|not|or|repeat|return|then|true|until|while)$/u;
const OPERATOR = /^(\.\.|[=~<>]=|\/\/|<<|>>|[-+*/%&|~^<>])$/u;

const pools = Map.groupBy(mutableSources.flatMap(toTokens), kindOf);

/** What is wrong with how a script ended, and with the run after it; nothing where all is well. */
export function harmOf(sandbox: LuaSandbox, source: string): string[] {
  const { outcome, message = "" } = judge(sandbox, "fuzz", source);
  const checks: [isRight: boolean, harm: string][] = [
    [LUA_OUTCOMES.includes(outcome), `ended as ${outcome}`],
    [!message.includes("the sandbox stopped"), message],
    [isDeepStrictEqual(judgeCase(sandbox, canary).config, canary.expect_full), "next run differs"],
  ];
  return checks.filter(([isRight]) => !isRight).map(([, harm]) => harm);
}

export function toTokens(source: string): string[] {
  return source.match(TOKEN) ?? [];
}

/** Another token of the same kind, so that most mutants still compile; or a name for a value. */
export function swapToken(program: string[], at: number, pick: number, isCrossed: boolean): void {
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
