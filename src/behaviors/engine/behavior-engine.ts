import type { Log } from "../../base/log.ts";
import { remember } from "../../base/remember.ts";
import type { LuaSandbox, LuaScript } from "../../lua/sandbox.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import { statement, type Sql } from "../../store/sql.ts";
import { type BehaviorContext, toLuaContext } from "./behavior-context.ts";
import {
  type BehaviorConfig,
  defaultBehaviorConfig,
  parseBehaviorConfig,
} from "./behavior-contract.ts";
import { noteRecovery } from "./note-recovery.ts";
import { type BehaviorRunFault, recordFault } from "./record-fault.ts";

export type BehaviorRef = {
  id: string;
  name: string;
  revisionId: string;
  /** The assignment under which it runs; absent or null where it applies by role. */
  assignmentId?: string | null;
  /** Its last run is known to have failed: a good one is noted. */
  failing?: boolean | null;
};

/** How the manner of one answer was decided; `config` can always be used. */
export type BehaviorRun = {
  config: BehaviorConfig;
  /** `default` where no behavior applies; a failed script also leaves the default config. */
  outcome: "ok" | "default" | BehaviorRunFault["outcome"];
  behavior: BehaviorRef | null;
  message?: string;
  line?: number;
  fuel?: number;
  warnings: string[];
};

/**
 * Runs behavior scripts in the sandbox. A script that fails, loops or answers nonsense yields the
 * default config and its reason, which is also stored on the behavior; it never breaks a turn. A
 * revision that keeps using up its limits is switched off, see `record-fault.ts`.
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

const MOST_COMPILED = 256;

export function createBehaviorEngine(scope: {
  sql: Sql;
  sandbox: LuaSandbox;
  log: Log;
  /** Where it is told that a revision was switched off; absent where nobody would listen. */
  queue?: Pick<JobQueue, "publish">;
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
    remember(compiled, behavior.revisionId, result.script, MOST_COMPILED);
    return result.script;
  }

  return {
    async run(given, context, { knownTools, nowMs }) {
      const fallback = defaultBehaviorConfig(context.availableTools);
      if (!given) return { config: fallback, outcome: "default", behavior: null, warnings: [] };
      const { failing, ...behavior } = given;
      const script = await load(behavior);
      const fault = (found: BehaviorRunFault) => ({
        ...found,
        config: fallback,
        behavior,
        warnings: [],
      });
      if ("outcome" in script) {
        await recordFault(scope, behavior, script);
        return fault(script);
      }
      const run = scope.sandbox.run(script, toLuaContext(context), { nowMs });
      const judged =
        run.outcome === "ok"
          ? parseBehaviorConfig(run.value, { tools: knownTools, available: context.availableTools })
          : undefined;
      if (run.outcome === "ok" && judged?.ok) {
        const { config, warnings } = judged;
        if (failing) await noteRecovery(scope, behavior);
        return { config, outcome: "ok", behavior, fuel: run.fuel, warnings };
      }
      const found: BehaviorRunFault =
        run.outcome === "ok"
          ? { outcome: "bad-result", message: judged?.ok === false ? judged.message : "" }
          : run;
      await recordFault(scope, behavior, found);
      return fault(found);
    },
  };
}
