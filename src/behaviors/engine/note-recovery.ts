import { toErrorMessage } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { statement, type Sql } from "../../store/sql.ts";

const NOTE = statement(
  "note_behavior_recovery",
  `update behavior set last_error_past = true where id = $1 and last_error is not null and last_error !~ '^rejected'`,
);

/** Marks a behavior's last error as past, after a good run. It never rejects: a turn goes on without. */
export async function noteRecovery(
  { sql, log }: { sql: Sql; log: Log },
  { id }: { id: string },
): Promise<void> {
  try {
    await sql.rows(NOTE, [id]);
  } catch (error) {
    log.error({ error: toErrorMessage(error) }, "behavior recovery could not be stored");
  }
}
