import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import { statement, type Sql } from "../../store/sql.ts";
import type { Platform } from "../workspace.ts";
import { INSTALLATION_TOPIC, type WorkspaceRef } from "./installation.ts";

type Scope = { sql: Sql; queue: Pick<JobQueue, "publish">; clock: Clock; log: Log };

export type Revocation = {
  /** For operators, in a sentence or two. */
  reason: string;
  /** Also throws its stored tokens away, because they will never work again. */
  forget?: boolean;
  /** Only while these are its stored tokens: a reinstallation since then has better ones. */
  sealed?: string | null;
  /** Takes the place of any reason that is there. */
  insist?: boolean;
};

const TOLD = "workspace is revoked and not served any more";

// The last word has who says that the tokens are gone for good: Slack, or an operator.
const REVOKE = statement(
  "revoke_workspace",
  `update workspace w set status = 'revoked', revoked_at = coalesce(w.revoked_at, $8),
     status_reason = case when before.status = 'active' or before.is_last then $3 else status_reason end,
     credentials = case when $4 then null else credentials end
   from (select id, status, $7 or ($4 and credentials is not null) as is_last from workspace
     where platform = $1 and external_id = $2 for update) before
   where w.id = before.id and (before.status = 'active' or before.is_last)
     and (not $5 or credentials is not distinct from $6::text)
   returning w.name, before.status`,
);

const RESTORE = statement(
  "restore_workspace",
  `update workspace set status = 'active', status_reason = null, revoked_at = null
   where platform = $1 and external_id = $2 and status = 'revoked' and credentials = $3
   returning name`,
);

const REVOKE_ABSENT = statement(
  "revoke_absent_workspaces",
  `update workspace set status = 'revoked', status_reason = $2, revoked_at = $6
   where platform = $1 and status = 'active' and credentials is null and installed_at is not null
     and not external_id = any($3::text[])
     and ($4::int is null
       or case when external_id ~ '^\\d{1,19}$' then (external_id::bigint >> 22) % $5::int end = $4::int)
   returning external_id as "externalId", name`,
);

/**
 * A workspace does not let the product in any more: operators are told, and every process leaves it
 * alone. Answers whether that was news.
 */
export async function revokeWorkspace(
  { sql, queue, clock, log }: Scope,
  ref: WorkspaceRef,
  { reason, forget = false, sealed, insist = false }: Revocation,
): Promise<boolean> {
  const { platform, externalId } = ref;
  const onlyThese = sealed !== undefined;
  const now = new Date(clock.now()).toISOString();
  const params = [platform, externalId, reason, forget, onlyThese, sealed ?? null, insist, now];
  const [row] = await sql.rows<{ name: string; status: string }>(REVOKE, params);
  if (!row) return false;
  const isNews = row.status === "active";
  if (isNews) log.error({ ...ref, name: row.name, reason }, TOLD);
  queue.publish(INSTALLATION_TOPIC, ref);
  return isNews;
}

/** The tokens of a revoked workspace work after all. */
export async function restoreWorkspace(
  { sql, queue, log }: Scope,
  ref: WorkspaceRef,
  sealed: string,
): Promise<void> {
  const { platform, externalId } = ref;
  const rows = await sql.rows(RESTORE, [platform, externalId, sealed]);
  if (rows.length === 0) return;
  log.info({ ...ref }, "workspace lets the product in again");
  queue.publish(INSTALLATION_TOPIC, ref);
}

/**
 * Of the workspaces that are served by the process's own token, those that are not among `present`
 * do not let it in any more. With a shard, only Discord's servers of that shard are meant.
 */
export async function revokeAbsent(
  { sql, queue, clock, log }: Scope,
  platform: Platform,
  of: { present: readonly string[]; reason: string; shard?: readonly [number, number] },
): Promise<void> {
  const { present, reason, shard } = of;
  const now = new Date(clock.now()).toISOString();
  const params = [platform, reason, present, shard?.[0] ?? null, shard?.[1] ?? 1, now];
  const rows = await sql.rows<{ externalId: string; name: string }>(REVOKE_ABSENT, params);
  for (const { externalId, name } of rows) {
    log.error(
      { platform, externalId, name, reason },
      "workspace is revoked and not served any more",
    );
    queue.publish(INSTALLATION_TOPIC, { platform, externalId } satisfies WorkspaceRef);
  }
}
