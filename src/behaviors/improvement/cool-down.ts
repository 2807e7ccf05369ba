import type { EntityManager } from "@mikro-orm/sql";
import type { Agent } from "../../agents/agent.ts";
import { Role } from "../../agents/role.ts";
import { Improvement } from "./improvement.ts";

/** After an improvement was decided or ended, its agent is left in peace for so long. */
const COOL_DOWN_MS = 24 * 60 * 60_000;

type Policy = Role["improvementPolicy"];

/** An agent's own policy, else its role's, else `suggest`. */
export async function loadPolicy(em: EntityManager, agent: Agent): Promise<Policy> {
  if (agent.improvementPolicy) return agent.improvementPolicy;
  const role = await em.findOne(Role, { name: agent.role });
  return role?.improvementPolicy ?? "suggest";
}

/** Whether the cool-down since a moment is over; it is where there was no such moment. */
export function isRested(since: Date | null | undefined, now: Date): boolean {
  return !since || now.getTime() - since.getTime() >= COOL_DOWN_MS;
}

/** Why no improvement of an agent is looked for at present; undefined where one is. */
export async function findObstacle(
  tx: EntityManager,
  agent: Agent,
  { policy, asked, now }: { policy: Policy; asked: boolean; now: Date },
): Promise<string | undefined> {
  const { name } = agent;
  if (agent.status === "stopped") return `${name} is stopped.`;
  if (policy === "off" && !asked) return `The improvement policy of ${name} is off.`;
  const orderBy = { createdAt: "desc", id: "desc" } as const;
  const last = await tx.findOne(Improvement, { agent }, { orderBy });
  if (!last) return undefined;
  if (last.isOpen()) return `${name} has an improvement that is ${last.status} (${last.id}).`;
  if (asked || isRested(last.closedAt, now)) return undefined;
  return `${name} had an improvement less than ${COOL_DOWN_MS / 3_600_000} hours ago.`;
}
