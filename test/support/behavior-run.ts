import type { BehaviorRun } from "../../src/behaviors/engine/behavior-engine.ts";
import type { Records } from "./records.ts";

/** How the manner of a turn's answer was decided, from its journal. */
export async function behaviorRunOf(
  app: Pick<Records, "stepsOf">,
  turnId: string,
): Promise<BehaviorRun> {
  const [step] = await app.stepsOf(turnId, "behave");
  if (!step) throw new Error("no behavior was run");
  return (step.output as { run: BehaviorRun }).run;
}
