import { newId } from "../../base/ids.ts";
import { toErrorMessage } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { statement, type Sql } from "../../store/sql.ts";

/** How long a worker's claims outlive its last heartbeat. */
const LEASE_MS = 10_000;
const HEARTBEATS_PER_LEASE = 5;
/** Without a heartbeat for this part of a lease a worker behaves as if its claims were gone soon. */
const DOUBT = 0.6;

const RENEW = statement(
  "renew_worker_lease",
  `insert into worker_process (id, started_at, alive_until)
   values ($1, now(), now() + make_interval(secs => $2))
   on conflict (id) do update set alive_until = excluded.alive_until`,
);

const END = statement(
  "end_worker_lease",
  `with gone as (delete from worker_process where id = $1)
   delete from worker_process where alive_until < now() - interval '1 day'`,
);

const END_ALL = statement("end_all_worker_leases", `delete from worker_process`);

/** This process as a holder of conversations: one heartbeat keeps all of its claims. */
export type WorkerLease = {
  readonly workerId: string;
  /** False once heartbeats have failed for a while. */
  isHeld(): boolean;
  end(): Promise<void>;
};

/**
 * Starts the heartbeat. `alone` says that no other process can be alive on this database, so that
 * what a killed one held is free at once.
 */
export async function startWorkerLease(
  scope: { sql: Sql; log: Log },
  { alone = false, leaseMs = LEASE_MS }: { alone?: boolean; leaseMs?: number } = {},
): Promise<WorkerLease> {
  const workerId = newId();
  if (alone) await scope.sql.rows(END_ALL, []);
  let renewedAt = performance.now();
  const renew = async () => {
    const startedAt = performance.now();
    await scope.sql.rows(RENEW, [workerId, leaseMs / 1000]);
    renewedAt = startedAt;
  };
  await renew();
  const timer = setInterval(() => {
    renew().catch((error: unknown) =>
      scope.log.warn({ workerId, error: toErrorMessage(error) }, "heartbeat failed"),
    );
  }, leaseMs / HEARTBEATS_PER_LEASE);
  return {
    workerId,
    isHeld: () => performance.now() - renewedAt < DOUBT * leaseMs,
    async end() {
      clearInterval(timer);
      await scope.sql.rows(END, [workerId]);
    },
  };
}
