import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import { Agent } from "./agent.ts";
import { type NewAgentInput, parseNewAgent } from "./agent-input.ts";
import { AgentStatistics } from "./agent-statistics.ts";

const DEFAULT_ROLE = "generalist";

/**
 * Registers an agent with its empty statistics. A slug in use is `CONFLICT`, a bad field `INVALID`.
 * A behavior among the input is not assigned here: `behaviors/assignments/register-agent.ts` does both.
 */
export async function createAgent(
  { em }: { em: EntityManager },
  input: NewAgentInput,
  { createdBy }: { createdBy: string },
): Promise<Agent> {
  const { behavior: _name, ...fields } = parseNewAgent(input);
  const agent = em.create(Agent, { role: DEFAULT_ROLE, ...fields, createdBy });
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
