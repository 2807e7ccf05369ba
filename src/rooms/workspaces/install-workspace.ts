import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import type { SecretBox } from "../../base/secret-box.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import { statement, type Sql } from "../../store/sql.ts";
import { aboutCredentials, INSTALLATION_TOPIC, type WorkspaceRef } from "./installation.ts";

type Scope = {
  sql: Sql;
  queue: Pick<JobQueue, "publish">;
  clock: Clock;
  secrets: SecretBox | undefined;
};

export type Grant = {
  name: string;
  /** Absent where the platform does not say. */
  scopes?: readonly string[];
  /** Tokens to keep, sealed; absent where the process has them from its configuration. */
  credentials?: object;
};

// Without new tokens, stored ones stay as long as they work.
const INSTALL = statement(
  "install_workspace",
  `insert into workspace as w (id, platform, external_id, name, default_agent_id, credentials, scopes,
     installed_at, created_at)
   values ($1, $2, $3, $4, (select default_agent_id from workspace where platform = 'console' limit 1),
     $5, $6, $7, $7)
   on conflict (platform, external_id) do update set
     name = excluded.name, status = 'active', status_reason = null, revoked_at = null,
     scopes = coalesce(excluded.scopes, w.scopes),
     credentials = case when excluded.credentials is null and w.status = 'active' then w.credentials
       else excluded.credentials end,
     installed_at = case when excluded.credentials is null and w.status = 'active'
       then coalesce(w.installed_at, excluded.installed_at) else excluded.installed_at end
   where w.status <> 'active' or w.installed_at is null or excluded.credentials is not null
     or w.name <> excluded.name or coalesce(excluded.scopes <> w.scopes, excluded.scopes is not null)
   returning id`,
);

/**
 * The platform lets the product into a workspace: it is served from now on, in every process, also
 * where it was revoked before. Repeating it changes nothing. Answers whether anything changed.
 */
export async function installWorkspace(
  { sql, queue, clock, secrets }: Scope,
  ref: WorkspaceRef,
  { name, scopes, credentials }: Grant,
): Promise<boolean> {
  if (credentials && !secrets) {
    throw new AppError("UNAVAILABLE", "Set TROUPE_SECRET_KEY: tokens are stored encrypted only.");
  }
  const sealed = credentials && secrets?.seal(JSON.stringify(credentials), aboutCredentials(ref));
  const rows = await sql.rows(INSTALL, [
    newId(),
    ref.platform,
    ref.externalId,
    name,
    sealed ?? null,
    scopes ?? null,
    new Date(clock.now()).toISOString(),
  ]);
  if (rows.length > 0) queue.publish(INSTALLATION_TOPIC, ref);
  return rows.length > 0;
}
