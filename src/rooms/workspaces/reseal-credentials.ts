import { AppError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { SecretBox } from "../../base/secret-box.ts";
import { statement, type Sql } from "../../store/sql.ts";
import { aboutCredentials, type WorkspaceRef } from "./installation.ts";

const STORED = statement(
  "stored_credentials",
  `select platform, external_id as "externalId", credentials as sealed from workspace
   where credentials is not null order by platform, external_id`,
);

const RESEAL = statement(
  "reseal_credentials",
  `update workspace set credentials = $3 where platform = $1 and external_id = $2 and credentials = $4`,
);

type Stored = WorkspaceRef & { sealed: string };

export type SealedCheck = { stored: number; resealed: number; faults: string[] };

/**
 * Reads all stored tokens once: those that were sealed with an older key are sealed anew with the
 * newest unless `dryRun`, and what cannot be opened is told, with what to do about it.
 */
export async function resealCredentials(
  { sql, secrets }: { sql: Sql; secrets: SecretBox | undefined },
  { dryRun = false } = {},
): Promise<SealedCheck> {
  const rows = await sql.rows<Stored>(STORED, []);
  const check: SealedCheck = { stored: rows.length, resealed: 0, faults: [] };
  if (rows.length === 0) return check;
  if (!secrets) return { ...check, faults: [noKey(rows.length)] };
  for (const row of rows) {
    const anew = tryReseal(secrets, row);
    if (anew instanceof AppError) check.faults.push(anew.message);
    if (typeof anew !== "string") continue;
    check.resealed += 1;
    if (!dryRun) await sql.rows(RESEAL, [row.platform, row.externalId, anew, row.sealed]);
  }
  return check;
}

/** The same tokens under the newest key; undefined where they are under it. */
function tryReseal(secrets: SecretBox, { sealed, ...ref }: Stored): string | AppError | undefined {
  const about = aboutCredentials(ref);
  try {
    const opened = secrets.open(sealed, about);
    return secrets.isCurrent(sealed) ? undefined : secrets.seal(opened, about);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function noKey(count: number): string {
  return `The tokens of ${count} workspaces are stored encrypted, and TROUPE_SECRET_KEY is not set. Set it to the key they were stored with.`;
}

/** Likewise at start, told in the log: what cannot be opened keeps its workspace silent, not the rest. */
export async function resealAtStart(scope: {
  sql: Sql;
  secrets: SecretBox | undefined;
  log: Log;
}): Promise<void> {
  const { stored, resealed, faults } = await resealCredentials(scope);
  if (resealed > 0) scope.log.info({ stored, resealed }, "credentials are sealed with the new key");
  for (const reason of faults) scope.log.error({ reason }, "credentials cannot be opened");
}
