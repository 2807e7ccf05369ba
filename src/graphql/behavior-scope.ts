import type { BehaviorScope } from "../behaviors/behavior-scope.ts";
import type { CheckScope } from "../behaviors/check/check-behavior.ts";
import type { RequestContext } from "./context.ts";

/** What the actions on behaviors need of a request. */
export function toBehaviorScope({ em, scope }: RequestContext): BehaviorScope & CheckScope {
  const { queue, clock, sandbox, toolNames } = scope;
  return { em, queue, clock, sandbox, toolNames };
}
