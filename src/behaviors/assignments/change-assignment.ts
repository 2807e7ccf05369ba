import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/sql";
import { Agent } from "../../agents/agent.ts";
import { requireAgent } from "../../agents/require-agent.ts";
import { AppError } from "../../base/errors.ts";
import { lockBehavior } from "../lock-behavior.ts";
import { type AssignmentReason, BehaviorAssignment } from "./behavior-assignment.ts";

export type Assigning = {
  /** Name of the behavior. */
  behavior: string;
  by: string;
  /** `manual` unless given. */
  reason?: AssignmentReason | undefined;
  /** What came of the assignment that ends with this one. */
  outcomeNotes?: string | null | undefined;
};

/**
 * Ends the agent's open assignment and opens one of another behavior, within the caller's transaction.
 * Of two at once the later commit wins, and both are in the history. A stopped agent and a retired
 * behavior are `CONFLICT`, unknown ones `NOT_FOUND`.
 */
export async function changeAssignment(
  tx: EntityManager,
  slug: string,
  { behavior: name, by, reason = "manual", outcomeNotes, now }: Assigning & { now: Date },
): Promise<Agent> {
  const agent = await lockAgent(tx, slug);
  if (agent.status === "stopped") {
    throw new AppError("CONFLICT", `"${slug}" is stopped. Resume it before you assign a behavior.`);
  }
  const behavior = await lockBehavior(tx, name);
  if (behavior.status === "retired") {
    throw new AppError("CONFLICT", `"${name}" is retired. Activate it before you assign it.`);
  }
  await endAssignment(tx, agent, { now, outcomeNotes });
  const assignment = tx.create(BehaviorAssignment, {
    agent,
    behavior,
    behaviorName: name,
    reason,
    assignedBy: by,
    assignedAt: now,
  });
  tx.assign(agent, {
    behaviorId: behavior.id,
    assignmentId: assignment.id,
    behaviorAssignedAt: now,
  });
  await tx.flush();
  return agent;
}

/** Takes an agent's behavior away, within the caller's transaction; answers the name of what it had. */
export async function clearAssignment(
  tx: EntityManager,
  slug: string,
  { now, outcomeNotes }: { now: Date; outcomeNotes?: string | null | undefined },
): Promise<{ agent: Agent; behavior: string | undefined }> {
  const agent = await lockAgent(tx, slug);
  const ended = await endAssignment(tx, agent, { now, outcomeNotes });
  tx.assign(agent, { behaviorId: null, assignmentId: null, behaviorAssignedAt: null });
  await tx.flush();
  return { agent, behavior: ended?.behaviorName };
}

/** The row lock makes operators who change the same agent at once wait for each other. */
async function lockAgent(tx: EntityManager, slug: string): Promise<Agent> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  return (await tx.findOne(Agent, { slug }, lock)) ?? requireAgent({ em: tx }, slug);
}

async function endAssignment(
  tx: EntityManager,
  agent: Agent,
  { now, outcomeNotes }: { now: Date; outcomeNotes?: string | null | undefined },
): Promise<BehaviorAssignment | null> {
  const open = await tx.findOne(BehaviorAssignment, { agent, unassignedAt: null });
  if (!open) return null;
  // A clock that went backwards must not make it end before it began.
  open.unassignedAt = new Date(Math.max(now.getTime(), open.assignedAt.getTime()));
  open.outcomeNotes = outcomeNotes ?? null;
  await tx.flush();
  return open;
}
