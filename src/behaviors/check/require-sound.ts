import type { EntityManager } from "@mikro-orm/sql";
import { Role } from "../../agents/role.ts";
import { AppError } from "../../base/errors.ts";
import { describeProblem } from "./behavior-check.ts";
import { checkBehavior, type CheckedScript, type CheckScope } from "./check-behavior.ts";

/** Refuses a script that does not pass its check: `INVALID`, with the first problems. */
export async function requireSound(
  scope: CheckScope & { em: EntityManager },
  checked: Omit<CheckedScript, "roleTools">,
): Promise<void> {
  const role = await scope.em.findOne(Role, { name: checked.role });
  const { ok, problems } = checkBehavior(scope, { ...checked, roleTools: role?.tools });
  if (ok) return;
  const told = problems.slice(0, 3).map(describeProblem).join("; ");
  throw new AppError("INVALID", `The script of "${checked.name}" cannot be used: ${told}.`);
}
