import type { LuaSandbox, LuaScript } from "../../lua/sandbox.ts";
import { toLuaContext } from "../engine/behavior-context.ts";
import { parseBehaviorConfig } from "../engine/behavior-contract.ts";
import type { BehaviorCheck, BehaviorProblem } from "./behavior-check.ts";
import { type CheckCase, checkContexts } from "./check-contexts.ts";
import { locateColumn } from "./locate-column.ts";

export type CheckScope = {
  sandbox: LuaSandbox;
  /** Every tool of this installation. */
  toolNames: readonly string[];
};

const MOST_PROBLEMS = 10;

/**
 * Tries a script before anything is stored: it must compile and, in each of about twenty situations,
 * return a table that meets the contract. The same problem in several situations is told once.
 */
export function checkBehavior(
  { sandbox, toolNames }: CheckScope,
  { name, script, role, roleTools = [] }: CheckedScript,
): BehaviorCheck {
  const compiled = sandbox.compile(name, script);
  if (!compiled.ok) {
    const { outcome, message, line } = compiled;
    const problem = locate(script, { outcome, message, ...(line !== undefined && { line }) });
    return { ok: false, problems: [problem], warnings: [], situations: 0 };
  }
  const problems = new Map<string, BehaviorProblem>();
  const warnings = new Set<string>();
  const cases = checkContexts(role, roleTools);
  for (const situation of cases) {
    const tried = trySituation({ sandbox, toolNames }, compiled.script, situation);
    for (const warning of tried.warnings) warnings.add(warning);
    if (!tried.problem) continue;
    const { message, outcome } = tried.problem;
    if (!problems.has(message)) problems.set(message, locate(script, tried.problem));
    // A script that uses up its share once is not worth twenty tries.
    if (outcome === "timeout" || outcome === "memory" || problems.size === MOST_PROBLEMS) break;
  }
  return {
    ok: problems.size === 0,
    problems: [...problems.values()],
    warnings: [...warnings],
    situations: cases.length,
  };
}

export type CheckedScript = {
  name: string;
  script: string;
  role: string;
  roleTools?: readonly string[] | undefined;
};

function trySituation(
  { sandbox, toolNames }: CheckScope,
  script: LuaScript,
  { name: situation, context }: CheckCase,
): { problem?: BehaviorProblem; warnings: string[] } {
  const run = sandbox.run(script, toLuaContext(context));
  if (run.outcome !== "ok") {
    const { outcome, message, line } = run;
    const problem = { outcome, message, situation, ...(line !== undefined && { line }) };
    return { problem, warnings: [] };
  }
  const available = context.availableTools;
  const parsed = parseBehaviorConfig(run.value, { tools: [...toolNames, ...available], available });
  if (parsed.ok) return { warnings: parsed.warnings };
  const { message, field, expected } = parsed;
  return { problem: { outcome: "bad-result", message, field, expected, situation }, warnings: [] };
}

function locate(script: string, problem: BehaviorProblem): BehaviorProblem {
  const column = locateColumn(script, problem);
  return column === undefined ? problem : { ...problem, column };
}
