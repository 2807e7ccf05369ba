import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import { Agent } from "./agent.ts";
import { type NewAgentInput, parseNewAgent } from "./agent-input.ts";
import { AgentStatistics } from "./agent-statistics.ts";

const DEFAULT_ROLE = "generalist";

/**
 * Registers an agent with its empty statistics. A slug in use is `CONFLICT`, a bad field `INVALID`.
 * `behaviorId` is the behavior it starts with; without one its role's active behavior applies.
 */
export async function createAgent(
  { em }: { em: EntityManager },
  input: NewAgentInput,
  { behaviorId, createdBy }: { behaviorId?: string | null | undefined; createdBy: string },
): Promise<Agent> {
  const { behavior: _name, ...fields } = parseNewAgent(input);
  const agent = em.create(Agent, {
    role: DEFAULT_ROLE,
    ...fields,
    behaviorId: behaviorId ?? null,
    behaviorAssignedAt: behaviorId ? new Date() : null,
    createdBy,
  });
  em.create(AgentStatistics, { agent });
  try {
    await em.flush();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new AppError(
      "CONFLICT",
      `There is an agent "${fields.slug}" already. Choose another slug.`,
    );
  }
  return agent;
}
