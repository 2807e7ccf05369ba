import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { AppError, toErrorMessage } from "../../base/errors.ts";
import { EXAMPLE_CONTEXT, toLuaContext } from "../../behaviors/engine/behavior-context.ts";
import { parseBehaviorConfig } from "../../behaviors/engine/behavior-contract.ts";
import type { LuaOutcomeKind } from "../../lua/lua-outcome.ts";
import type { LuaInput, LuaValue } from "../../lua/lua-value.ts";
import { createLuaSandbox, type LuaSandbox } from "../../lua/sandbox.ts";

type Line = {
  file: string;
  outcome: LuaOutcomeKind;
  /** The table as the script returned it, without defaults. */
  config?: LuaValue;
  line?: number;
  message?: string;
  /** Fields the contract does not know; absent where there are none. */
  warnings?: string[];
  /** What the script passed to `log`; absent where it passed nothing. */
  logs?: string[];
  fuel?: number;
  durationMs: number;
};

/**
 * Runs each file once, in order and in one sandbox, and writes one JSON line per file. `context`
 * is the whole context the scripts see; undefined stands for the contract's own example. A result
 * that breaks the behavior contract is a `bad-result`, as it would be in a turn.
 */
export async function runBehaviorFiles(
  files: string[],
  context: unknown,
  write: (line: string) => void,
): Promise<void> {
  const input = context === undefined ? toLuaContext(EXAMPLE_CONTEXT) : requireObject(context);
  const sources = await Promise.all(files.map(readSource));
  const sandbox = await createLuaSandbox();
  for (const [index, file] of files.entries()) {
    const source = sources[index] ?? Buffer.alloc(0);
    write(JSON.stringify({ file, ...runOne(sandbox, file, source, input) }));
  }
}

function runOne(
  sandbox: LuaSandbox,
  file: string,
  source: Buffer,
  context: LuaInput,
): Omit<Line, "file"> {
  const name = basename(file, ".lua");
  const startedAt = performance.now();
  const compiled = compile(sandbox, name, source);
  if (!compiled.ok) {
    const { ok: _, ...rejection } = compiled;
    return { ...rejection, durationMs: round(performance.now() - startedAt) };
  }
  const run = sandbox.run(compiled.script, context);
  const { fuel, durationMs } = run;
  const cost = { fuel, durationMs: round(durationMs) };
  if (run.outcome !== "ok") return { ...run, ...cost };

  const parsed = parseBehaviorConfig(run.value, {});
  if (!parsed.ok) return { outcome: "bad-result", message: `${name}: ${parsed.message}`, ...cost };
  return {
    outcome: "ok",
    config: run.value,
    ...(parsed.warnings.length > 0 && { warnings: parsed.warnings }),
    ...(run.logs.length > 0 && { logs: run.logs }),
    ...cost,
  };
}

function compile(sandbox: LuaSandbox, name: string, source: Buffer) {
  if (isUtf8(source)) return sandbox.compile(name, source.toString());
  const message = `${name}: the file is not UTF-8 text`;
  return { ok: false, outcome: "rejected", message } as const;
}

async function readSource(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new AppError("NOT_FOUND", `Cannot read ${file}: ${toErrorMessage(error)}`);
  }
}

function requireObject(context: unknown): LuaInput {
  if (typeof context !== "object" || context === null || Array.isArray(context)) {
    throw new AppError("INVALID", 'The context must be a JSON object, such as {"role": "…"}.');
  }
  return context as LuaInput;
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
