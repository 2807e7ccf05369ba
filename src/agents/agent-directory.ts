import { remember } from "../base/remember.ts";
import type { EntityManager } from "@mikro-orm/sql";
import { Agent } from "./agent.ts";
import { Role } from "./role.ts";

/**
 * Agents by id and version: a remembered copy is used only while it is known to be current. One
 * without a persona of its own has that of its role.
 */
export type AgentDirectory = {
  /** The agent in at least the given version. */
  find(id: string, version: number): Promise<Agent>;
};

const MOST_REMEMBERED = 10_000;

export function createAgentDirectory({ em }: { em: () => EntityManager }): AgentDirectory {
  const known = new Map<string, Agent>();
  return {
    async find(id, version) {
      const remembered = known.get(id);
      if (remembered && remembered.version >= version) return remembered;
      const unit = em();
      const agent = await unit.findOneOrFail(Agent, id);
      if (agent.personality === null) {
        const role = await unit.findOne(Role, { name: agent.role });
        agent.personality = role?.personality ?? null;
      }
      remember(known, id, agent, MOST_REMEMBERED);
      return agent;
    },
  };
}
