import type { NewAgentInput } from "./agent-input.ts";
import type { Agent } from "./agent.ts";
import type { Role } from "./role.ts";
import type { RoleChanges } from "./store-role.ts";

/** An agent as a file of `agents/` has it: what is the default is left out. */
export function toAgentFile(agent: Agent, behavior: string | null): NewAgentInput {
  const { slug, name, role, description, systemPrompt, memoryEnabled } = agent;
  const optional = {
    avatar: agent.avatar,
    personality: agent.personality,
    model: agent.model,
    tools: agent.tools,
    improvementPolicy: agent.improvementPolicy,
    notes: agent.notes,
    behavior,
  };
  const given = Object.entries(optional).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return {
    slug,
    name,
    role,
    ...(description !== "" && { description }),
    systemPrompt,
    ...(!memoryEnabled && { memoryEnabled }),
    ...Object.fromEntries(given),
  };
}

/** What an agent's file leaves out. */
export const AGENT_DEFAULTS = {
  role: "generalist",
  description: "",
  memoryEnabled: true,
  avatar: null,
  personality: null,
  model: null,
  tools: null,
  improvementPolicy: null,
  notes: null,
  behavior: null,
} as const;

/** A role as the list in `agents/roles.json` has it. */
export function toRoleFile(role: Role): RoleChanges & { name: string } {
  const { name, description, tools, personality, improvementPolicy } = role;
  return {
    name,
    ...(description !== "" && { description }),
    tools,
    ...(personality && { personality }),
    ...(improvementPolicy !== "suggest" && { improvementPolicy }),
  };
}

/** What a role in a file leaves out. */
export const ROLE_DEFAULTS = {
  description: "",
  tools: [] as string[],
  personality: null,
  improvementPolicy: "suggest",
} as const;
