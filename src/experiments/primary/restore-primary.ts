import { LockMode } from "@mikro-orm/core";
import { Agent } from "../../agents/agent.ts";
import {
  changeAssignment,
  clearAssignment,
} from "../../behaviors/assignments/change-assignment.ts";
import { Behavior } from "../../behaviors/behavior.ts";
import type { ExperimentArm } from "../experiment-arm.ts";
import type { Changing } from "../lifecycle/change-experiment.ts";
import type { AssignedBefore } from "./assigned-before.ts";

/**
 * Takes a promotion back: who still has the winner gets what it replaced. What was assigned since
 * stays, and where the former behavior is gone or retired, the role's applies.
 */
export async function restorePrimary(
  changing: Changing,
  arm: ExperimentArm,
  outcomeNotes: string,
): Promise<void> {
  const { tx, experiment } = changing;
  const { behavior } = arm;
  if (!experiment.assignedBefore || !behavior) return;
  const { agents, primarySince, wasDraft } = experiment.assignedBefore;
  // All agents before any behavior, as whoever assigns a behavior to one of them locks the two.
  const slugs = agents.map(({ slug }) => slug);
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  await tx.find(Agent, { slug: slugs }, { orderBy: { slug: "asc" }, ...lock });
  for (const before of agents) await restoreAgent(changing, arm, { ...before, outcomeNotes });
  if (experiment.agent) return;
  await tx.refresh(behavior);
  behavior.primarySince = primarySince === null ? null : new Date(primarySince);
  if (wasDraft && behavior.status === "active") behavior.status = "draft";
}

type Before = AssignedBefore["agents"][number] & { outcomeNotes: string };

async function restoreAgent(
  { tx, by, now, tellAgent }: Changing,
  arm: ExperimentArm,
  { slug, behavior: name, outcomeNotes }: Before,
): Promise<void> {
  const agent = await tx.findOne(Agent, { slug });
  if (!agent || agent.status === "stopped" || agent.behaviorId !== arm.behavior?.id) return;
  const usable = { status: { $ne: "retired" } } as const;
  const former = name === null ? null : await tx.findOne(Behavior, { name, ...usable });
  if (former) {
    const behavior = former.name;
    await changeAssignment(tx, slug, { behavior, by, reason: "a_b_test", outcomeNotes, now });
  } else {
    await clearAssignment(tx, slug, { now, outcomeNotes });
  }
  tellAgent(agent, arm.behaviorName, former?.name ?? null);
}
