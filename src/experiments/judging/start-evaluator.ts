import type { EntityManager } from "@mikro-orm/sql";
import { toErrorMessage } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import { evaluateExperiment } from "./evaluate-experiment.ts";

type Scope = Omit<BehaviorScope, "em"> & { em: () => EntityManager; log: Log };

const LOOK_EVERY_MS = 15_000;

/** Looks at every running experiment. One that cannot be evaluated keeps none of the others waiting. */
export async function evaluateExperiments({ em, log, ...scope }: Scope): Promise<void> {
  const running = await em().execute<{ id: string; name: string }[]>(
    `select id, name from experiment where status = 'running' order by started_at`,
  );
  for (const { id, name } of running) {
    try {
      const done = await evaluateExperiment({ ...scope, em: em() }, id);
      if (done && done !== "nothing") log.info({ experiment: name, done }, "experiment evaluated");
    } catch (error) {
      log.warn({ experiment: name, error: toErrorMessage(error) }, "experiment not evaluated");
    }
  }
}

/**
 * Evaluates now and four times a minute, in every worker, until the returned function is called. What
 * takes long is done less often, so that it never takes more than a twentieth of the time.
 */
export async function startEvaluator(scope: Scope): Promise<() => Promise<void>> {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  const look = async () => {
    const startedAt = performance.now();
    await evaluateExperiments(scope).catch((error: unknown) =>
      scope.log.warn({ error: toErrorMessage(error) }, "experiments could not be read"),
    );
    if (isStopped) return;
    const pauseMs = Math.max(LOOK_EVERY_MS, 20 * (performance.now() - startedAt));
    timer = setTimeout(() => void (looking = look()), pauseMs);
  };
  await look();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await looking;
  };
}
