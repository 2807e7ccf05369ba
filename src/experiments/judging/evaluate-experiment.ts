import type { EntityManager } from "@mikro-orm/sql";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import { beginPeriod } from "../lifecycle/begin-period.ts";
import { type Changing, openChange } from "../lifecycle/change-experiment.ts";
import { concludeExperiment, promote } from "../lifecycle/promote-arm.ts";
import { rollBack } from "../lifecycle/rollback-experiment.ts";
import { haltArms } from "../lifecycle/stop-arm.ts";
import { endExperiment } from "../lifecycle/stop-experiment.ts";
import { decideStep, type Step } from "./decide-step.ts";
import { judgeExperiment } from "./judge.ts";
import { type Evidence, loadEvidence } from "./load-evidence.ts";

/**
 * Looks at a running experiment and does the one thing that follows, in one transaction. Any number of
 * workers may do so at any time: the experiment's row lets one at a time, the others pass by, and who
 * comes later finds it done. Answers what was done; undefined where somebody else is at it.
 */
export async function evaluateExperiment(
  scope: BehaviorScope,
  experimentId: string,
): Promise<Step["do"] | undefined> {
  const told: (() => void)[] = [];
  const done = await scope.em.transactional(async (tx) => {
    if (!(await takeExperiment(tx, experimentId))) return undefined;
    const changing = await openChange(scope, { tx, id: experimentId, by: "system" }, told);
    const { experiment, arms } = changing;
    const evidence = await loadEvidence(tx, experimentId);
    const judgement = judgeExperiment({ experiment, arms, evidence });
    const step = decideStep({ experiment, arms, judgement });
    await take(changing, step);
    tallyArms(changing, evidence);
    await tx.flush();
    return step.do;
  });
  for (const tell of told) tell();
  return done;
}

async function takeExperiment(tx: EntityManager, id: string): Promise<boolean> {
  const rows = await tx.execute<object[]>(
    `select 1 from experiment where id = ? and status = 'running' for no key update skip locked`,
    [id],
  );
  return rows.length > 0;
}

async function take(changing: Changing, step: Step): Promise<void> {
  const { experiment, now, tell } = changing;
  switch (step.do) {
    case "nothing":
      return;
    case "stop":
      return endExperiment(changing, step.reason);
    case "stop-arms":
      return haltArms(changing, step.halted);
    case "suggest":
      Object.assign(experiment, { suggestedArmId: step.arm.id, suggestedAt: now });
      return tell({ kind: "suggested", arm: step.arm });
    case "withdraw-suggestion":
      Object.assign(experiment, { suggestedArmId: null, suggestedAt: null });
      return;
    case "promote":
      return promote(changing, step.arm, { atOnce: false });
    case "ramp-up":
      beginPeriod(changing, step.share);
      return tell({ kind: "ramped_up", reason: `${Math.round(100 * step.share)} %` });
    case "conclude":
      return concludeExperiment(changing, step.arm);
    case "roll-back":
      return rollBack(changing, step.because);
  }
}

/** What the bandit goes by until the next look; delayed outcomes cost it little (Chapelle & Li 2011). */
function tallyArms({ arms }: Changing, evidence: Evidence): void {
  for (const arm of arms) {
    const rows = evidence.arms.filter(({ armId }) => armId === arm.id);
    arm.uses = rows.reduce((sum, { uses }) => sum + uses, 0);
    arm.successes = rows.reduce((sum, { successes }) => sum + successes, 0);
  }
}
