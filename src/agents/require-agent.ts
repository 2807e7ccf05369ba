import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import { Agent } from "./agent.ts";

/** The agent of this slug; `NOT_FOUND` names it and says where to look. */
export async function requireAgent({ em }: { em: EntityManager }, slug: string): Promise<Agent> {
  const agent = await em.findOne(Agent, { slug });
  if (agent) return agent;
  throw new AppError("NOT_FOUND", `There is no agent "${slug}". The query agents lists them all.`);
}
