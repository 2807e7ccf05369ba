import type { EntityManager } from "@mikro-orm/sql";
import { Agent } from "./agent.ts";

/** Agents by id and version: a remembered copy is used only while it is known to be current. */
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
      const agent = await em().findOneOrFail(Agent, id);
      known.delete(id);
      known.set(id, agent);
      if (known.size > MOST_REMEMBERED) known.delete(known.keys().next().value as string);
      return agent;
    },
  };
}
