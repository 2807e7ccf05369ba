import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EntityManager } from "@mikro-orm/sql";
import type { NewAgentInput } from "./agents/agent-input.ts";
import { Agent } from "./agents/agent.ts";
import { createAgent } from "./agents/create-agent.ts";
import { Role } from "./agents/role.ts";
import { AppError, toErrorMessage } from "./base/errors.ts";
import { changeAssignment } from "./behaviors/assignments/change-assignment.ts";
import { Behavior } from "./behaviors/behavior.ts";
import { Conversation } from "./rooms/conversation.ts";
import { Room } from "./rooms/room.ts";
import { Workspace } from "./rooms/workspaces/workspace.ts";

const ROLES_FILE = "roles.json";
const DEFAULT_AGENT = "sage";
const FIRST_ROOM = "console:lobby";

/**
 * Fills an empty registry from a folder of JSON files: the roles, one agent per file, and a first
 * console room with the default agent. A registry that was ever filled is left alone.
 */
export async function loadSamples(em: EntityManager, folder: string): Promise<void> {
  await em.transactional(async (tx) => {
    await tx.execute("select pg_advisory_xact_lock(7462310712)");
    if ((await tx.count(Workspace)) > 0) return;
    const workspace = tx.create(Workspace, {
      platform: "console",
      externalId: "local",
      name: "Console",
    });
    const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".json"));
    if (files.includes(ROLES_FILE)) {
      const roles = (await readJson(join(folder, ROLES_FILE))) as {
        name: string;
        tools: string[];
      }[];
      for (const role of roles) tx.create(Role, role);
    }
    for (const file of files.filter((name) => name !== ROLES_FILE).sort()) {
      await loadAgent(tx, join(folder, file));
    }
    const agent = await tx.findOne(Agent, { slug: DEFAULT_AGENT });
    if (!agent) return;
    workspace.defaultAgentId = agent.id;
    const room = tx.create(Room, { workspace, key: FIRST_ROOM });
    tx.create(Conversation, { room, agent });
  });
}

async function loadAgent(em: EntityManager, path: string): Promise<void> {
  const input = (await readJson(path)) as NewAgentInput;
  const { slug } = await createAgent({ em }, input, { createdBy: "system" });
  const behavior = input.behavior ? await em.findOne(Behavior, { name: input.behavior }) : null;
  if (!behavior) return;
  const { name } = behavior;
  await changeAssignment(em, slug, { behavior: name, by: "system", now: new Date() });
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new AppError("INVALID", `${path} is not readable JSON: ${toErrorMessage(cause)}`, {
      cause,
    });
  }
}
