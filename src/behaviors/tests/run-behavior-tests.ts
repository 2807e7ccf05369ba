import type { LuaInput } from "../../lua/lua-value.ts";
import type { LuaScript } from "../../lua/sandbox.ts";
import { EXAMPLE_CONTEXT, toLuaContext } from "../engine/behavior-context.ts";
import { parseBehaviorConfig } from "../engine/behavior-contract.ts";
import type { CheckScope } from "../check/check-behavior.ts";
import type { BehaviorTest } from "./behavior-test.ts";
import { matchExpectation, matchText } from "./match-expectation.ts";

export type BehaviorTestResult = {
  name: string;
  ok: boolean;
  /** What differed from the expectation, one sentence each. */
  problems: string[];
};

type Tested = { name: string; role: string; script: string };
type Run = { outcome: BehaviorTest["outcome"]; message: string; problems: string[] };

/** Runs each test in the sandbox; unless its context says otherwise the role is the behavior's own. */
export function runBehaviorTests(
  { sandbox }: Pick<CheckScope, "sandbox">,
  { name, role, script }: Tested,
  tests: readonly BehaviorTest[],
): BehaviorTestResult[] {
  const compiled = sandbox.compile(name, script);
  return tests.map((test) => {
    const run: Run = compiled.ok
      ? runOnce({ sandbox }, compiled.script, { role, test })
      : { outcome: "rejected", message: compiled.message, problems: [] };
    const problems = judge(run, test);
    return { name: test.name, ok: problems.length === 0, problems };
  });
}

function runOnce(
  { sandbox }: Pick<CheckScope, "sandbox">,
  script: LuaScript,
  { role, test }: { role: string; test: BehaviorTest },
): Run {
  const context: { readonly [key: string]: LuaInput } = {
    ...toLuaContext({ ...EXAMPLE_CONTEXT, role }),
    ...(test.context as { [key: string]: LuaInput }),
  };
  const run = sandbox.run(script, context);
  if (run.outcome !== "ok") return { ...run, problems: [] };
  const available = context["available_tools"] as string[];
  const parsed = parseBehaviorConfig(run.value, { available });
  if (!parsed.ok) return { outcome: "bad-result", message: parsed.message, problems: [] };
  const problems = matchExpectation(parsed.config, test.expect);
  return { outcome: "ok", message: "", problems };
}

function judge({ outcome, message, problems }: Run, test: BehaviorTest): string[] {
  if (outcome !== test.outcome) {
    const why = message && `: ${message}`;
    return [`the run ends as ${outcome}${why}, not as ${test.outcome}`];
  }
  if (test.message === undefined) return problems;
  return [...problems, ...matchText("the message", message, { contains: test.message })];
}
