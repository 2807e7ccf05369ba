import { type PgPool, runMigrations } from "bullmq";

import type { BullBackend } from "./bull-backend.ts";
import { openBullOnPool } from "./bull-on-pool.ts";
import { createPglitePool, type SharedPglite } from "./pglite-pool.ts";
import { QUEUE_SCHEMA } from "./statement-pool.ts";

/** Some thousand jobs; a run takes a few milliseconds. */
const STATEMENTS_PER_VACUUM = 10_000;

/**
 * BullMQ on the process's own PGlite. The instance is one session with one search path, shared with
 * the application, so BullMQ's schema comes last in it and the two may not share a table name.
 * Open one queue per instance, once.
 */
export async function openPgliteBackend(options: {
  pglite: SharedPglite;
  report: (error: unknown) => void;
}): Promise<BullBackend> {
  const { report } = options;
  const pool = createPglitePool(options.pglite);
  const client = await pool.connect();
  await runMigrations(client, QUEUE_SCHEMA);
  client.release();
  await pool.query(`set search_path to "$user", public, ${QUEUE_SCHEMA}`);
  await refuseSharedNames(options.pglite);
  await releaseOrphans(pool);
  const tidy = tidyNowAndThen(pool, report);
  return {
    place: "the embedded database",
    relay: undefined,
    ...openBullOnPool({ adding: tidy, working: tidy, report }),
    ping: () => pool.query("select 1"),
    close: () => pool.end(),
  };
}

/**
 * PGlite has no autovacuum, and the queue's tables live on inserting and deleting: without this
 * they would grow by half a kilobyte per job for ever.
 */
function tidyNowAndThen(pool: PgPool, report: (error: unknown) => void): PgPool {
  const tables = ["job", "event", "dedup", "dedup_next", "meta"].map((t) => `${QUEUE_SCHEMA}.${t}`);
  let statements = 0;
  const query: PgPool["query"] = (text, values) => {
    statements += 1;
    if (statements % STATEMENTS_PER_VACUUM === 0) {
      pool.query(`vacuum ${tables.join(", ")}`).catch(report);
    }
    return pool.query(text, values);
  };
  return { ...pool, query };
}

/**
 * The instance belongs to this process alone, so a job that is active when the queue opens was
 * running in a process that died: the first look for stalled jobs takes it back at once.
 */
async function releaseOrphans(pool: PgPool): Promise<void> {
  await pool.query(
    `update ${QUEUE_SCHEMA}.job set locked_until_ms = 0, stalled_marked = true where state = 'active'`,
  );
  await pool.query(`delete from ${QUEUE_SCHEMA}.meta where field = 'stalled-check'`);
}

async function refuseSharedNames(pglite: SharedPglite): Promise<void> {
  const { rows } = await pglite.query(
    `select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace
        and exists (select 1 from pg_class q
                     where q.relnamespace = $1::regnamespace and q.relname = c.relname)`,
    [QUEUE_SCHEMA],
  );
  const names = rows.map((row) => (row as { name: string }).name);
  if (names.length === 0) return;
  throw new Error(`these tables hide the job queue's own, rename them: ${names.join(", ")}`);
}
