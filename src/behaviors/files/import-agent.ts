import { isDeepStrictEqual } from "node:util";
import { AGENT_DEFAULTS, ROLE_DEFAULTS, toAgentFile, toRoleFile } from "../../agents/agent-file.ts";
import { type NewAgentInput, parseNewAgent } from "../../agents/agent-input.ts";
import { Agent } from "../../agents/agent.ts";
import { Role } from "../../agents/role.ts";
import { createRole, parseRole, updateRole } from "../../agents/store-role.ts";
import { AppError } from "../../base/errors.ts";
import { changeAgent } from "../assignments/change-agent.ts";
import { registerAgent } from "../assignments/register-agent.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { Behavior } from "../behavior.ts";
import type { ImportOutcome } from "./import-behavior.ts";

/**
 * Takes an agent in as a file of `agents/` has it: a new slug registers one; else the agent becomes
 * what the file says, and what the file leaves out gets its default. Its status stays.
 */
export async function importAgent(
  scope: BehaviorScope,
  definition: unknown,
  by: string,
): Promise<{ agent: Agent; outcome: ImportOutcome }> {
  const given = requireObject(definition, "an agent");
  const input = parseNewAgent(given as NewAgentInput);
  requireKnown(given, input);
  const { slug } = input;
  const existing = await scope.em.findOne(Agent, { slug });
  if (!existing) {
    return { agent: await registerAgent(scope, input, { by }), outcome: "created" };
  }
  const changes = { ...AGENT_DEFAULTS, ...input };
  const before = { ...AGENT_DEFAULTS, ...toAgentFile(existing, await behaviorOf(scope, existing)) };
  if (isDeepStrictEqual(toPlain(changes), toPlain(before))) {
    return { agent: existing, outcome: "unchanged" };
  }
  const { slug: _slug, ...fields } = changes;
  return { agent: await changeAgent(scope, slug, { changes: fields, by }), outcome: "changed" };
}

/** Likewise a role, as the list in `agents/roles.json` has it. */
export async function importRole(
  { em }: Pick<BehaviorScope, "em">,
  definition: unknown,
): Promise<{ role: Role; outcome: ImportOutcome }> {
  const given = requireObject(definition, "a role");
  const input = parseRole(given);
  requireKnown(given, input);
  const existing = await em.findOne(Role, { name: input.name });
  if (!existing) return { role: await createRole({ em }, input), outcome: "created" };
  const changes = { ...ROLE_DEFAULTS, ...input };
  const before = { ...ROLE_DEFAULTS, ...toRoleFile(existing) };
  if (isDeepStrictEqual(toPlain(changes), toPlain(before))) {
    return { role: existing, outcome: "unchanged" };
  }
  const { name, ...fields } = changes;
  return { role: await updateRole({ em }, name, fields), outcome: "changed" };
}

/** The name of the behavior assigned to an agent. */
export async function behaviorOf(
  { em }: Pick<BehaviorScope, "em">,
  { behaviorId }: Agent,
): Promise<string | null> {
  const behavior = behaviorId ? await em.findOne(Behavior, behaviorId) : null;
  return behavior?.name ?? null;
}

function requireObject(value: unknown, what: string): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new AppError("INVALID", `The definition of ${what} must be a JSON object.`);
}

/** A misspelt field must not be lost in silence. */
function requireKnown(given: object, parsed: object): void {
  const unknown = Object.keys(given).filter((field) => !(field in parsed));
  if (unknown.length === 0) return;
  throw new AppError("INVALID", `The definition has unknown fields: ${unknown.join(", ")}.`);
}

function toPlain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
