import type { NewAgentInput } from "../../agents/agent-input.ts";
import type { Agent } from "../../agents/agent.ts";
import { createAgent } from "../../agents/create-agent.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { tellAssigned } from "./assign-behavior.ts";
import { changeAssignment } from "./change-assignment.ts";

/** Creates an agent together with the first entry of its history, where it starts with a behavior. */
export async function registerAgent(
  scope: BehaviorScope,
  input: NewAgentInput,
  { by }: { by: string },
): Promise<Agent> {
  const { behavior = null, slug } = input;
  const now = new Date(scope.clock.now());
  const agent = await scope.em.transactional(async (tx) => {
    const created = await createAgent({ em: tx }, input, { createdBy: by });
    return behavior === null ? created : changeAssignment(tx, slug, { behavior, by, now });
  });
  if (behavior !== null) tellAssigned(scope, slug, { behavior, by });
  return agent;
}
