import type { EntityManager } from "@mikro-orm/sql";
import { changeAssignment } from "../../src/behaviors/assignments/change-assignment.ts";
import { parseBehaviorFile } from "../../src/behaviors/files/behavior-file.ts";
import { Behavior } from "../../src/behaviors/behavior.ts";
import { loadBehaviorFile } from "../../src/behaviors/files/load-behavior-file.ts";
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
    const assigning = { behavior: name, by: "test", now: new Date() };
    await em().transactional((tx) => changeAssignment(tx, assignTo, assigning));
  }
  return behavior;
}
