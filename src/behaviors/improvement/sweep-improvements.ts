import type { EntityManager } from "@mikro-orm/sql";
import { listUnderperformingAgents } from "../../agents/list-underperforming-agents.ts";
import { toErrorMessage } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { improveAgent } from "./improve-agent.ts";
import { Improvement } from "./improvement.ts";
import { judgeImprovement } from "./judge-improvement.ts";
import { reviewSuggestion } from "./review-suggestion.ts";

/** The share of successes below which an agent underperforms. */
export const UNDERPERFORMING_BELOW = 0.7;

const SWEEP_INTERVAL_MS = 60_000;

type Scope = Omit<BehaviorScope, "em"> & { em: () => EntityManager; log: Log };

/**
 * Judges the improvements in force, looks at the suggestions again, and looks for better behaviors
 * for the agents that underperform. Any number of workers may do it at once: each agent is decided
 * on under the lock of its row.
 */
export async function sweepImprovements(scope: Scope): Promise<void> {
  for (const id of await listOpen(scope, "watched")) {
    await attempt(scope, id, (one) => judgeImprovement(one, id));
  }
  for (const id of await listOpen(scope, "suggested")) {
    await attempt(scope, id, (one) => reviewSuggestion(one, id, UNDERPERFORMING_BELOW));
  }
  const look = { threshold: UNDERPERFORMING_BELOW, by: "system", asked: false };
  const weak = await listUnderperformingAgents({ em: scope.em() }, UNDERPERFORMING_BELOW);
  for (const { slug } of weak) {
    await attempt(scope, slug, (one) => improveAgent(one, slug, look));
  }
}

async function listOpen(scope: Scope, status: "watched" | "suggested"): Promise<string[]> {
  const found = await scope.em().find(Improvement, { status }, { fields: ["id"] });
  return found.map(({ id }) => id);
}

/** What fails for one agent keeps nobody from the others; the next sweep tries again. */
async function attempt(
  { em, log, ...rest }: Scope,
  of: string,
  act: (scope: BehaviorScope) => Promise<unknown>,
): Promise<void> {
  try {
    await act({ ...rest, em: em() });
  } catch (error) {
    log.warn({ of, error: toErrorMessage(error) }, "improvement could not be decided");
  }
}

/** Sweeps now and every minute, until the returned function is called. */
export function startImprovementSweep(scope: Scope): () => Promise<void> {
  let running = Promise.resolve();
  const sweep = () => {
    running = running
      .then(() => sweepImprovements(scope))
      .catch((error: unknown) =>
        scope.log.warn({ error: toErrorMessage(error) }, "improvement sweep failed"),
      );
  };
  sweep();
  const timer = setInterval(sweep, SWEEP_INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
