import { toErrorMessage } from "../base/errors.ts";
import type { JobQueue } from "../queue/job-queue.ts";

/** What `/readyz` tells: whether this process can do its work, and why not. */
export type Readiness = () => Promise<{ ready: boolean; checks: Record<string, string> }>;

const PATIENCE_MS = 2_000;

export function createReadiness(scope: {
  ping: () => Promise<void>;
  queue: Pick<JobQueue, "health">;
}): Readiness {
  return async () => {
    const [database, queue] = await Promise.all([
      judge(scope.ping().then(() => "ok")),
      judge(scope.queue.health().then(({ ok, detail }) => (ok ? "ok" : detail))),
    ]);
    // Start-up applies the migrations before anything listens, so they are applied here.
    const checks = { database, queue, migrations: database };
    return { ready: database === "ok" && queue === "ok", checks };
  };
}

async function judge(check: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((settle) => {
    timer = setTimeout(() => settle(`no answer within ${PATIENCE_MS} ms`), PATIENCE_MS);
  });
  try {
    return await Promise.race([check, late]);
  } catch (error) {
    return toErrorMessage(error);
  } finally {
    clearTimeout(timer);
  }
}
