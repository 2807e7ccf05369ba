import { createPostgresRelayBackend, Relay, runMigrations } from "bullmq";
import { Pool } from "pg";

import { AppError } from "../../base/errors.ts";
import type { BullBackend } from "./bull-backend.ts";
import { openBullOnPool } from "./bull-on-pool.ts";
import { RELAY_OPTIONS } from "./bull-options.ts";
import { toPlace } from "../place.ts";
import { toReason } from "../reason.ts";
import { QUEUE_SCHEMA, toStatementPool } from "./statement-pool.ts";

const CONNECT_TIMEOUT_MS = 3_000;
/** For statements; the relay and every worker hold one more each, to listen. */
const WORKING_CONNECTIONS = 6;

/**
 * BullMQ on Postgres, in its own schema and with two pools of its own. Adding a job waits for the
 * disk; claiming, finishing and broadcasting do not (`synchronous_commit = off`): what a crash of
 * Postgres can take back there only makes a job run twice, which handlers stand.
 */
export async function openPostgresBackend(options: {
  url: string;
  report: (error: unknown) => void;
  lockMs?: number | undefined;
}): Promise<BullBackend> {
  const { url, report, lockMs } = options;
  const place = `Postgres at ${toPlace(url, 5432)}`;
  const createPool = (max: number, settings: string) => {
    const pool = new Pool({
      connectionString: withSettings(url, `-c search_path=${QUEUE_SCHEMA} ${settings}`),
      max,
      application_name: "troupe-queue",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
    });
    pool.on("error", report);
    return pool;
  };
  const adding = createPool(4, "");
  const working = createPool(WORKING_CONNECTIONS + 1, "-c synchronous_commit=off");
  const close = async () => {
    await Promise.all([adding.end(), working.end()]);
  };

  try {
    const client = await adding.connect();
    try {
      await runMigrations(client, QUEUE_SCHEMA);
    } finally {
      client.release();
    }
  } catch (error) {
    await close();
    throw new AppError(
      "UNAVAILABLE",
      `${place} cannot hold the job queue: ${toReason(error)}. Start it, or correct DATABASE_URL.`,
      { cause: error },
    );
  }

  const workingPool = toStatementPool(working);
  const relay = new Relay({
    ...RELAY_OPTIONS,
    connection: workingPool,
    backend: createPostgresRelayBackend,
  });
  relay.on("error", report);
  await relay.waitUntilReady();
  const addingPool = toStatementPool(adding);
  const bull = openBullOnPool({ adding: addingPool, working: workingPool, report, lockMs });
  return {
    place,
    relay,
    openQueue: (lane) => bull.openQueue(lane),
    openWorker: (lane, processor, options) => {
      working.options.max += 1;
      return bull.openWorker(lane, processor, options);
    },
    ping: () => adding.query("select 1"),
    close,
  };
}

/** The URL with session settings added: in a URL they would replace any given beside it. */
function withSettings(url: string, settings: string): string {
  const target = new URL(url);
  const given = target.searchParams.get("options") ?? "";
  target.searchParams.set("options", `${given} ${settings}`.trim());
  return target.href;
}
