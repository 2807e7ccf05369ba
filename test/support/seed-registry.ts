import type { EntityManager } from "@mikro-orm/sql";
import { createAgent } from "../../src/agents/create-agent.ts";
import { Role } from "../../src/agents/role.ts";
import { Workspace } from "../../src/rooms/workspaces/workspace.ts";

/** A console workspace whose new rooms get the agent `sage`, a generalist with both tools. */
export async function seedRegistry(em: EntityManager): Promise<void> {
  if ((await em.count(Workspace)) > 0) return;
  em.create(Role, { name: "generalist", tools: ["calculator", "time"] });
  em.create(Role, { name: "code_developer", tools: ["calculator"] });
  const sage = await createAgent(
    { em },
    { slug: "sage", name: "Sage", systemPrompt: "You help." },
    { createdBy: "test" },
  );
  em.create(Workspace, {
    platform: "console",
    externalId: "local",
    name: "Console",
    defaultAgentId: sage.id,
  });
  await em.flush();
}
