import type { EntityManager } from "@mikro-orm/sql";
import { updateAgent } from "../../src/agents/update-agent.ts";
import { parseBehaviorFile } from "../../src/behaviors/behavior-file.ts";
import { Behavior } from "../../src/behaviors/behavior.ts";
import { loadBehaviorFile } from "../../src/behaviors/load-behavior-file.ts";
import type { LuaSandbox } from "../../src/lua/sandbox.ts";

export type NewBehavior = {
  name: string;
  script: string;
  /** A role of its own unless given, so that it applies only where it is assigned. */
  role?: string;
  /** Slug of the agent that gets it. */
  assignTo?: string;
};

/** Takes a behavior in as a file of that name would be. */
export async function addBehavior(
  { em, sandbox }: { em: () => EntityManager; sandbox: LuaSandbox },
  { name, script, role = `${name}_role`, assignTo }: NewBehavior,
): Promise<Behavior> {
  const file = parseBehaviorFile(`${name}.lua`, `-- @role ${role}\n${script}`);
  await loadBehaviorFile({ em: em(), sandbox }, file);
  const behavior = await em().findOneOrFail(Behavior, { name });
  if (assignTo !== undefined) {
    await updateAgent({ em: em() }, assignTo, { changes: {}, behaviorId: behavior.id });
  }
  return behavior;
}
