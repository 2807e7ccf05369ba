import { LockMode } from "@mikro-orm/core";
import { Agent } from "../../agents/agent.ts";
import { AppError } from "../../base/errors.ts";
import { changeAssignment } from "../../behaviors/assignments/change-assignment.ts";
import { Behavior } from "../../behaviors/behavior.ts";
import { lockBehavior } from "../../behaviors/lock-behavior.ts";
import type { ExperimentArm } from "../experiment-arm.ts";
import type { Changing } from "../lifecycle/change-experiment.ts";
import type { AssignedBefore } from "./assigned-before.ts";

/**
 * Makes an arm's behavior what applies: it is assigned to the agent, or becomes the primary one of the
 * role and is assigned to those agents of it that had one of their own. Answers what it replaced.
 * A retired behavior, and a stopped agent, are `CONFLICT`.
 */
export async function makePrimary(
  changing: Changing,
  arm: ExperimentArm,
  outcomeNotes: string,
): Promise<AssignedBefore> {
  const { tx, experiment, now } = changing;
  const { agent, role } = experiment;
  if (agent) {
    const agents = await assignAll(changing, [agent], { arm, outcomeNotes });
    return { agents, primarySince: null, wasDraft: false };
  }
  // All agents before any behavior, as whoever assigns a behavior to one of them locks the two.
  const own = await tx.find(
    Agent,
    { role, status: { $ne: "stopped" }, behaviorId: { $ne: null } },
    { orderBy: { slug: "asc" }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  const agents = await assignAll(changing, own, { arm, outcomeNotes });
  const behavior = await lockBehavior(tx, arm.behaviorName);
  if (behavior.status === "retired") {
    throw new AppError(
      "CONFLICT",
      `"${arm.behaviorName}" is retired. Activate it before you promote it.`,
    );
  }
  const primarySince = behavior.primarySince?.toISOString() ?? null;
  const wasDraft = behavior.status === "draft";
  Object.assign(behavior, { status: "active", primarySince: now });
  return { agents, primarySince, wasDraft };
}

async function assignAll(
  { tx, by, now, tellAgent }: Changing,
  agents: readonly Agent[],
  { arm, outcomeNotes }: { arm: ExperimentArm; outcomeNotes: string },
): Promise<AssignedBefore["agents"]> {
  const names = new Map<string, string>();
  const ids = agents.flatMap(({ behaviorId }) => behaviorId ?? []);
  for (const { id, name } of await tx.find(Behavior, { id: ids })) names.set(id, name);
  const replaced: AssignedBefore["agents"] = [];
  for (const agent of agents) {
    const before = names.get(agent.behaviorId ?? "") ?? null;
    if (before === arm.behaviorName) continue;
    const behavior = arm.behaviorName;
    await changeAssignment(tx, agent.slug, { behavior, by, reason: "a_b_test", outcomeNotes, now });
    tellAgent(agent, before, behavior);
    replaced.push({ slug: agent.slug, behavior: before });
  }
  return replaced;
}
