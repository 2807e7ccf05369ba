import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseBehaviorConfig } from "../../src/behaviors/engine/behavior-contract.ts";
import type { LuaOutcomeKind } from "../../src/lua/lua-outcome.ts";
import type { LuaInput, LuaValue } from "../../src/lua/lua-value.ts";
import type { LuaSandbox } from "../../src/lua/sandbox.ts";

export type CorpusCase = {
  file: string;
  kind: "benign" | "hostile";
  acceptable: LuaOutcomeKind[];
  /** Replaces fields of the default context; null stands for an absent field. */
  context?: Record<string, LuaInput>;
  /** Fields the result must have. */
  expect?: LuaValue;
  /** The whole result. */
  expect_full?: LuaValue;
  errorMatch?: string;
  /** Runs in the same engine. */
  repeat?: number;
};

type Manifest = { default_context: Record<string, LuaInput>; cases: CorpusCase[] };

const root = new URL("../fixtures/lua-corpus/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", root), "utf8")) as Manifest;

export const corpusCases: readonly CorpusCase[] = manifest.cases;
export const corpusContext = manifest.default_context;

export type Verdict = { outcome: LuaOutcomeKind; config?: LuaValue; message?: string };

/** Runs a script the way a turn does: sandbox first, then the behavior contract. */
export function judge(
  sandbox: LuaSandbox,
  name: string,
  source: string,
  context: Record<string, LuaInput> = {},
): Verdict {
  const compiled = sandbox.compile(name, source);
  if (!compiled.ok) return { outcome: "rejected", message: compiled.message };
  const run = sandbox.run(compiled.script, { ...corpusContext, ...context });
  if (run.outcome !== "ok") return { outcome: run.outcome, message: run.message };
  const parsed = parseBehaviorConfig(run.value, {});
  if (!parsed.ok) return { outcome: "bad-result", message: parsed.message };
  return { outcome: "ok", config: run.value };
}

export function judgeCase(sandbox: LuaSandbox, { file, context }: CorpusCase): Verdict {
  return judge(sandbox, basename(file, ".lua"), readCorpus(file), context);
}

export function readCorpus(file: string): string {
  return readFileSync(new URL(file, root), "utf8");
}

export function requireCase(file: string): CorpusCase {
  const found = corpusCases.find((each) => each.file === file);
  if (!found) throw new Error(`the corpus has no ${file}`);
  return found;
}

/** A script that sees whether an earlier run changed a library or left a global behind. */
export const POLLUTION_PROBE =
  "return {string.format('%d',7),('x'):upper(),string.lower('Q'),math.floor(1.5),type(ipairs)," +
  "tostring(counter),tostring(pick),tostring(RULES),tostring(foo),table.concat({1,2})}";
export const PROBE_RESULT = ["7", "X", "q", 1, "function", "nil", "nil", "nil", "nil", "12"];
