import { toErrorMessage } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { LuaFailure } from "../../lua/lua-outcome.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import { statement, type Sql } from "../../store/sql.ts";
import { publishBehaviorChange } from "../behavior-change.ts";

/** Why a behavior's run yielded nothing that could be used. */
export type BehaviorRunFault = {
  outcome: LuaFailure["outcome"];
  message: string;
  line?: number;
  fuel?: number;
};

/** So many runs that use up their time or memory switch a revision off. */
const MOST_LIMIT_HITS = 3;

// The behavior's row first, as every other change of a behavior locks it.
const RECORD = statement(
  "note_behavior_fault",
  `with held as (
     select id, current_revision_id from behavior where id = $1 for update
   ), hit as (
     update behavior_revision r set limit_hits = r.limit_hits + 1,
       switched_off_at = case when r.limit_hits + 1 >= $5::int then coalesce(r.switched_off_at, now()) end
     from held where r.id = $3::uuid and r.behavior_id = held.id and $4::boolean
     returning r.number, r.switched_off_at is not null and held.current_revision_id = r.id as tripped
   ), fallback as (
     select r.id, r.number from behavior_revision r, hit where hit.tripped and r.behavior_id = $1
       and r.number < hit.number and r.switched_off_at is null order by r.number desc limit 1
   )
   update behavior b set last_error_at = now(), last_error_past = false,
     last_error = $2::text || coalesce((select '; revision ' || number || ' was switched off after ' || $5::int ||
       ' such runs, ' || coalesce('revision ' || (select number from fallback) || ' applies', 'the default applies')
       from hit where tripped), ''),
     current_revision_id = case when exists (select from hit where tripped)
       then (select id from fallback) else b.current_revision_id end
   from held where b.id = held.id
   returning exists (select from hit where tripped) as "switchedOff",
     (select number from fallback) as fallback`,
);

/**
 * Notes on the behavior why its run failed. The third run of a revision that used up its time or
 * memory switches the revision off: the newest earlier one that is not switched off becomes current,
 * without one the role's behavior or the default applies. It never rejects: a turn goes on without.
 */
export async function recordFault(
  scope: { sql: Sql; log: Log; queue?: Pick<JobQueue, "publish"> },
  behavior: { id: string; name: string; revisionId: string },
  fault: BehaviorRunFault,
): Promise<void> {
  const { sql, log, queue } = scope;
  const { outcome, line, message } = fault;
  log.warn({ behavior: behavior.name, outcome }, "behavior failed");
  const text = `${outcome}${line === undefined ? "" : ` (line ${line})`}: ${message}`;
  const isLimit = outcome === "timeout" || outcome === "memory";
  try {
    const [row] = await sql.rows<{ switchedOff: boolean; fallback: number | null }>(RECORD, [
      behavior.id,
      text,
      behavior.revisionId,
      isLimit,
      MOST_LIMIT_HITS,
    ]);
    if (!row?.switchedOff) return;
    log.error({ behavior: behavior.name, fallback: row.fallback }, "behavior switched off");
    if (!queue) return;
    publishBehaviorChange(queue, {
      kind: "switched_off",
      behavior: behavior.name,
      revision: row.fallback,
      by: "system",
      at: new Date().toISOString(),
    });
  } catch (error) {
    log.error({ error: toErrorMessage(error) }, "behavior fault could not be stored");
  }
}
