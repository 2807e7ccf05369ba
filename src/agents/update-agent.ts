import { type EntityManager, OptimisticLockError } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import type { Agent, AgentStatus } from "./agent.ts";
import { type AgentChanges, parseAgentChanges } from "./agent-input.ts";
import { requireAgent } from "./require-agent.ts";

/**
 * Changes what is given of an agent; the next turn uses it. A behavior among the changes is not
 * assigned here: `behaviors/assignments/change-agent.ts` does both.
 */
export async function updateAgent(
  { em }: { em: EntityManager },
  slug: string,
  { changes }: { changes: AgentChanges },
): Promise<Agent> {
  const { behavior: _name, ...fields } = parseAgentChanges(changes);
  return change(em, slug, (agent) => void em.assign(agent, fields));
}

/** Pauses, resumes or stops an agent, from its next turn on. */
export async function setAgentStatus(
  { em }: { em: EntityManager },
  slug: string,
  status: AgentStatus,
): Promise<Agent> {
  return change(em, slug, (agent) => {
    agent.status = status;
  });
}

async function change(
  em: EntityManager,
  slug: string,
  apply: (agent: Agent) => void,
): Promise<Agent> {
  const agent = await requireAgent({ em }, slug);
  apply(agent);
  try {
    await em.flush();
  } catch (error) {
    if (!(error instanceof OptimisticLockError)) throw error;
    throw new AppError("CONFLICT", `Somebody else changed "${slug}" just now. Look and try again.`);
  }
  return agent;
}
