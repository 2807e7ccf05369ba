import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/sql";
import { Agent } from "../../agents/agent.ts";
import { requireAgent } from "../../agents/require-agent.ts";
import { tellAssigned } from "../assignments/assign-behavior.ts";
import { publishBehaviorChange } from "../behavior-change.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { applyImprovement } from "./apply-improvement.ts";
import { findObstacle, isRested, loadPolicy } from "./cool-down.ts";
import { findBestBehavior } from "./find-best-behavior.ts";
import { Improvement } from "./improvement.ts";
import { loadPresent } from "./load-present.ts";
import { describeTally, FEWEST_USES, rateOf } from "./tally.ts";

export type Look = {
  /** The share of successes below which an agent underperforms. */
  threshold: number;
  by: string;
  /** An operator asks for this agent: neither its policy `off` nor the cool-down holds them up. */
  asked: boolean;
};

/** An improvement that was found, or why there is none. */
export type Found =
  | { improvement: Improvement; reason: null }
  | { improvement: null; reason: string };

/**
 * Looks whether another behavior would suit an agent better and, by its policy or its role's, suggests
 * or assigns it. It underperforms where less than `threshold` of the more than ten tasks in its present
 * assignment succeeded. The agent's row is locked, so that of several workers one acts.
 */
export async function improveAgent(scope: BehaviorScope, slug: string, look: Look): Promise<Found> {
  const now = new Date(scope.clock.now());
  const { found, agent } = await scope.em.transactional(async (tx) => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
    const agent =
      (await tx.findOne(Agent, { slug }, lock)) ?? (await requireAgent({ em: tx }, slug));
    return { agent, found: await decide(tx, agent, { ...look, now }) };
  });
  const { improvement } = found;
  if (!improvement) return found;
  const { toBehaviorName: behavior } = improvement;
  if (improvement.status === "watched") {
    tellAssigned(scope, agent.slug, { behavior, by: look.by, reason: "automatic_improvement" });
  } else {
    const at = now.toISOString();
    const kind = "improvement_suggested";
    publishBehaviorChange(scope.queue, { kind, behavior, agent: agent.slug, by: look.by, at });
  }
  return found;
}

async function decide(
  tx: EntityManager,
  agent: Agent,
  { threshold, by, asked, now }: Look & { now: Date },
): Promise<Found> {
  const policy = await loadPolicy(tx, agent);
  const reason = await findObstacle(tx, agent, { policy, asked, now });
  if (reason !== undefined) return { improvement: null, reason };
  const present = await loadPresent(tx, agent);
  const { tally } = present;
  if (tally.uses < FEWEST_USES || rateOf(tally) >= threshold) {
    const judged = `judged after more than ${FEWEST_USES - 1} tasks, below ${threshold}`;
    return none(
      `${agent.name} succeeded in ${describeTally(tally)} with its present behavior; ${judged}.`,
    );
  }
  const refused = await tx.find(Improvement, { agent, status: ["dismissed", "rolled_back"] });
  const except = [present.behaviorId, ...refused.map(({ toRevisionId }) => toRevisionId ?? null)];
  const best = await findBestBehavior(tx, { role: agent.role, beats: tally, except });
  if (!best) {
    return none(
      `No behavior of the role ${agent.role} is proven to do better than ${describeTally(tally)}.`,
    );
  }
  const improvement = tx.create(Improvement, {
    agent,
    fromBehavior: agent.behaviorId ?? null,
    fromBehaviorName: present.behaviorName,
    fromUses: tally.uses,
    fromSuccesses: tally.successes,
    toBehavior: best.id,
    toBehaviorName: best.name,
    toRevisionId: best.revisionId,
    toUses: best.tally.uses,
    toSuccesses: best.tally.successes,
    createdBy: by,
    createdAt: now,
  });
  await tx.flush();
  const rested = asked || isRested(agent.behaviorAssignedAt, now);
  if (policy === "auto" && rested) await applyImprovement(tx, improvement, { by, now });
  return { improvement, reason: null };
}

function none(reason: string): Found {
  return { improvement: null, reason };
}
