import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { LuaSandbox, LuaScript } from "../lua/sandbox.ts";
import { statement, type Sql } from "../store/sql.ts";
import { type BehaviorContext, toLuaContext } from "./behavior-context.ts";
import {
  type BehaviorConfig,
  defaultBehaviorConfig,
  parseBehaviorConfig,
} from "./behavior-contract.ts";

type BehaviorRef = { id: string; name: string; revisionId: string };

/** How the manner of one answer was decided; `config` can always be used. */
export type BehaviorRun = {
  config: BehaviorConfig;
  /** `default` where no behavior applies; a failed script also leaves the default config. */
  outcome: "ok" | "default" | "rejected" | "timeout" | "memory" | "bad-result" | "error";
  behavior: BehaviorRef | null;
  message?: string;
  line?: number;
  fuel?: number;
  warnings: string[];
};

/**
 * Runs behavior scripts in the sandbox. A script that fails, loops or answers nonsense yields the
 * default config and its reason, which is also stored on the behavior; it never breaks a turn.
 */
export type BehaviorEngine = {
  run(
    behavior: BehaviorRef | null,
    context: BehaviorContext,
    options: { knownTools: readonly string[]; nowMs: number },
  ): Promise<BehaviorRun>;
};

const LOAD_SCRIPT = statement(
  "load_behavior_script",
  `select script from behavior_revision where id = $1`,
);

const NOTE_FAULT = statement(
  "note_behavior_fault",
  `update behavior set last_error = $2, last_error_at = now() where id = $1`,
);

const MOST_COMPILED = 256;

export function createBehaviorEngine(scope: {
  sql: Sql;
  sandbox: LuaSandbox;
  log: Log;
}): BehaviorEngine {
  // Revisions are immutable, so a compiled script never goes stale; the oldest make room.
  const compiled = new Map<string, LuaScript>();

  async function load(behavior: BehaviorRef): Promise<LuaScript | BehaviorRunFault> {
    const known = compiled.get(behavior.revisionId);
    if (known) return known;
    const [row] = await scope.sql.rows<{ script: string }>(LOAD_SCRIPT, [behavior.revisionId]);
    if (!row) return { outcome: "rejected", message: "the revision no longer exists" };
    const result = scope.sandbox.compile(behavior.name, row.script);
    if (!result.ok) return result;
    compiled.set(behavior.revisionId, result.script);
    if (compiled.size > MOST_COMPILED) compiled.delete(compiled.keys().next().value as string);
    return result.script;
  }

  async function noteFault(behavior: BehaviorRef, fault: BehaviorRunFault): Promise<void> {
    scope.log.warn({ behavior: behavior.name, outcome: fault.outcome }, "behavior failed");
    const where = fault.line === undefined ? "" : ` (line ${fault.line})`;
    const text = `${fault.outcome}${where}: ${fault.message}`;
    await scope.sql.rows(NOTE_FAULT, [behavior.id, text]).catch((error: unknown) => {
      scope.log.error({ error: toErrorMessage(error) }, "behavior fault could not be stored");
    });
  }

  return {
    async run(behavior, context, { knownTools, nowMs }) {
      const fallback = defaultBehaviorConfig(context.availableTools);
      if (!behavior) return { config: fallback, outcome: "default", behavior, warnings: [] };
      const script = await load(behavior);
      const fault = (found: BehaviorRunFault) => ({
        ...found,
        config: fallback,
        behavior,
        warnings: [],
      });
      if ("outcome" in script) {
        await noteFault(behavior, script);
        return fault(script);
      }
      const run = scope.sandbox.run(script, toLuaContext(context), { nowMs });
      const judged =
        run.outcome === "ok"
          ? parseBehaviorConfig(run.value, { tools: knownTools, available: context.availableTools })
          : undefined;
      if (run.outcome === "ok" && judged?.ok) {
        const { config, warnings } = judged;
        return { config, outcome: "ok", behavior, fuel: run.fuel, warnings };
      }
      const found: BehaviorRunFault =
        run.outcome === "ok"
          ? { outcome: "bad-result", message: judged?.ok === false ? judged.message : "" }
          : run;
      await noteFault(behavior, found);
      return fault(found);
    },
  };
}

type BehaviorRunFault = {
  outcome: Exclude<BehaviorRun["outcome"], "ok" | "default">;
  message: string;
  line?: number;
  fuel?: number;
};
