import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { LuaFactory } from "wasmoon";
import type { LuaInput } from "../src/lua/lua-value.ts";
import { createLuaSandbox, type LuaSandbox, type LuaScript } from "../src/lua/sandbox.ts";

/** One measured figure; `holds` tells whether the target is met. */
export type BenchRow = { measure: string; value: string; target: string; holds: boolean };

const corpus = new URL("../test/fixtures/lua-corpus/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", corpus), "utf8")) as {
  default_context: Record<string, LuaInput>;
  cases: { file: string; kind: string }[];
};
const context = manifest.default_context;
const seeds = ["friendly_code_reviewer", "formal_architect", "context_aware"].map((name) =>
  readFileSync(new URL(`benign/seed_${name}.lua`, corpus), "utf8"),
);

/**
 * The sandbox against wasmoon's `global.set` + `doString`, alternating in one process with the
 * three seed behaviors, plus the time to end hostile scripts. wasmoon corrupts its memory after
 * about 40 calls unless its stack is cleared (`setTop(0)`), so the loop it runs is the repaired one.
 */
export async function benchLua({ memoryRuns = 0 } = {}): Promise<BenchRow[]> {
  const sandbox = await createLuaSandbox();
  // Memory first: heap that the comparison leaves free would hide growth.
  const memory = memoryRuns > 0 ? [measureMemory(sandbox, memoryRuns)] : [];
  return [...(await compareWithWasmoon(sandbox)), ...measureKills(sandbox), ...memory];
}

async function compareWithWasmoon(sandbox: LuaSandbox): Promise<BenchRow[]> {
  const scripts = seeds.map((source) => compile(sandbox, "seed", source));
  const lua = await new LuaFactory().createEngine();
  const doString = async (index: number) => {
    lua.global.set("context", context);
    await lua.doString(seeds[index % 3] ?? "");
    lua.global.setTop(0);
  };
  const warm = (index: number) => {
    const script = scripts[index % 3];
    if (script) sandbox.run(script, context);
  };
  const cold = (index: number) => {
    sandbox.run(compile(sandbox, "seed", seeds[index % 3] ?? ""), context);
  };

  const samples = { base: [] as number[], warm: [] as number[], cold: [] as number[] };
  for (let round = 0; round < 40; round += 1) {
    const isWarmUp = round < 10;
    await sample(isWarmUp ? [] : samples.base, 300, doString);
    await sample(isWarmUp ? [] : samples.warm, 1500, warm);
    await sample(isWarmUp ? [] : samples.cold, 300, cold);
  }
  lua.global.close();

  const [base, run, whole] = [samples.base, samples.warm, samples.cold].map(toQuantiles);
  if (!base || !run || !whole) return [];
  return [
    row("wasmoon doString, p50 / p99", `${micro(base.p50)} / ${micro(base.p99)}`, "", true),
    row("warm run, p50 / p99", `${micro(run.p50)} / ${micro(run.p99)}`, "", true),
    ratio("warm run p50 against doString", base.p50 / run.p50, 10),
    ratio("warm run p99 against doString", base.p99 / run.p99, 8),
    row("compile and run, p50", micro(whole.p50), "", true),
    ratio("compile and run p50 against doString", base.p50 / whole.p50, 1.8),
    row("runs per second", Math.round(1e3 / mean(samples.warm)).toLocaleString("en"), "", true),
  ];
}

async function sample(
  into: number[],
  count: number,
  work: (index: number) => unknown,
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now();
    const pending = work(index);
    if (pending instanceof Promise) await pending;
    into.push(performance.now() - startedAt);
  }
}

/** Every hostile script nine times: the middle time of each, and the longest time of all. */
function measureKills(sandbox: LuaSandbox): BenchRow[] {
  const kills = manifest.cases
    .filter(({ kind }) => kind === "hostile")
    .map(({ file }) => {
      const compiled = sandbox.compile(
        basename(file, ".lua"),
        readFileSync(new URL(file, corpus), "utf8"),
      );
      const times: number[] = [];
      for (let round = 0; compiled.ok && round < 9; round += 1) {
        const startedAt = performance.now();
        sandbox.run(compiled.script, context);
        times.push(performance.now() - startedAt);
      }
      return {
        file,
        p50: times.length > 0 ? toQuantiles(times).p50 : 0,
        max: Math.max(0, ...times),
        runs: times.length,
      };
    });
  const runs = kills.reduce((sum, kill) => sum + kill.runs, 0);
  const slowest = kills.toSorted((a, b) => b.p50 - a.p50)[0];
  const longest = kills.toSorted((a, b) => b.max - a.max)[0];
  if (!slowest || !longest) return [];
  return [
    row(
      `slowest hostile script, p50 (${basename(slowest.file)})`,
      milli(slowest.p50),
      "≤ 5 ms",
      slowest.p50 <= 5,
    ),
    row(
      `longest hostile run of ${runs} (${basename(longest.file)})`,
      milli(longest.max),
      "≤ 25 ms",
      longest.max <= 25,
    ),
  ];
}

function measureMemory(sandbox: LuaSandbox, runs: number): BenchRow {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const scripts = seeds.map((source) => compile(sandbox, "seed", source));
  const rssAfter = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      const script = scripts[index % 3];
      if (script) sandbox.run(script, context);
    }
    collect();
    return process.memoryUsage.rss() / 1024 / 1024;
  };
  const start = rssAfter(10_000);
  const growth = rssAfter(runs) - start;
  const measure = `memory growth over ${runs.toLocaleString("en")} runs (from ${start.toFixed(0)} MB)`;
  return row(measure, `${growth.toFixed(1)} MB`, "≤ 5 MB", growth <= 5);
}

function compile(sandbox: LuaSandbox, name: string, source: string): LuaScript {
  const compiled = sandbox.compile(name, source);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.script;
}

function toQuantiles(times: number[]): { p50: number; p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

const row = (measure: string, value: string, target: string, holds: boolean): BenchRow => ({
  measure,
  value,
  target,
  holds,
});
const ratio = (measure: string, value: number, target: number) =>
  row(measure, `${value.toFixed(1)}×`, `≥ ${target}×`, value >= target);
const mean = (times: number[]) => times.reduce((sum, time) => sum + time, 0) / times.length;
const micro = (ms: number) => `${(ms * 1000).toFixed(1)} µs`;
const milli = (ms: number) => `${ms.toFixed(1)} ms`;

if (import.meta.main) {
  const { values } = parseArgs({
    options: { memory: { type: "boolean" }, runs: { type: "string" } },
  });
  const isMemoryAsked = values.memory === true || values.runs !== undefined;
  const rows = await benchLua({ memoryRuns: isMemoryAsked ? Number(values.runs ?? 1_000_000) : 0 });
  console.table(rows);
  process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
}
