import { AppError } from "../../base/errors.ts";
import type { CheckScope } from "../check/check-behavior.ts";
import type { BehaviorTest } from "./behavior-test.ts";
import { runBehaviorTests } from "./run-behavior-tests.ts";

/** Refuses a script that fails its behavior's tests: `INVALID`, with the first of them. */
export function requireTested(
  scope: Pick<CheckScope, "sandbox">,
  tested: { name: string; role: string; script: string },
  tests: readonly BehaviorTest[],
): void {
  const failed = runBehaviorTests(scope, tested, tests).filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  const told = failed.slice(0, 3).map(({ name, problems }) => `"${name}": ${problems.join("; ")}`);
  throw new AppError(
    "INVALID",
    `The script of "${tested.name}" fails ${failed.length} of its ${tests.length} tests: ${told.join(". ")}. ` +
      "Mend the script or the tests, or store it all the same with `force`.",
  );
}
