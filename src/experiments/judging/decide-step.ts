import type { ExperimentArm } from "../experiment-arm.ts";
import type { Experiment } from "../experiment.ts";
import { requireControl } from "../require-experiment.ts";
import type { RampUpFault } from "../statistics/ramp-up.ts";
import { sayBreach } from "../statistics/verdict-words.ts";
import type { Judgement } from "./judge.ts";

/** What an evaluation does; the next one goes on from there. */
export type Step =
  | { do: "nothing" }
  | { do: "stop"; reason: string }
  | { do: "stop-arms"; halted: { arm: ExperimentArm; reason: string }[] }
  | { do: "suggest"; arm: ExperimentArm }
  | { do: "withdraw-suggestion" }
  | { do: "promote"; arm: ExperimentArm }
  | { do: "ramp-up"; share: number }
  | { do: "conclude"; arm: ExperimentArm }
  | { do: "roll-back"; because: RampUpFault };

type Judged = { experiment: Experiment; arms: readonly ExperimentArm[]; judgement: Judgement };

/**
 * The one thing that follows from a judgement. What protects people comes first and depends on no
 * policy: an agent that was stopped, an unusable behavior, numbers that cannot be trusted, a broken guardrail.
 */
export function decideStep(judged: Judged): Step {
  const { agent } = judged.experiment;
  // Nothing can be assigned to it, and nobody sees what it would say.
  if (agent?.status === "stopped") return { do: "stop", reason: `${agent.name} has been stopped` };
  return judged.experiment.isRampingUp() ? stepOfRampUp(judged) : stepOfComparison(judged);
}

function stepOfComparison(judged: Judged): Step {
  const { experiment, arms, judgement } = judged;
  const { sampleRatio } = judgement;
  const control = requireControl(arms);
  const gone = whyUnusable(control);
  if (gone) return { do: "stop", reason: `control: ${gone}` };
  if (sampleRatio?.result === "mismatch") {
    return { do: "stop", reason: "the arms did not receive the shares that were planned" };
  }
  const halted = findHalted(judged, control);
  if (halted.length > 0) return { do: "stop-arms", halted };
  const best = findBest(judged, control);
  if (!best) {
    return experiment.suggestedArmId ? { do: "withdraw-suggestion" } : { do: "nothing" };
  }
  if (experiment.policy === "off") return { do: "nothing" };
  if (experiment.policy === "auto") return { do: "promote", arm: best };
  return experiment.suggestedArmId === best.id ? { do: "nothing" } : { do: "suggest", arm: best };
}

function stepOfRampUp({ experiment, arms, judgement }: Judged): Step {
  const arm = arms.find(({ id }) => id === experiment.promotedArmId);
  const { rampUp } = judgement;
  if (!arm || !rampUp) return { do: "nothing" };
  if (whyUnusable(arm)) return { do: "roll-back", because: "unusable" };
  switch (rampUp.action) {
    case "wait":
      return { do: "nothing" };
    case "advance":
      return { do: "ramp-up", share: rampUp.share };
    case "complete":
      return { do: "conclude", arm };
    case "roll-back":
      return { do: "roll-back", because: rampUp.because };
  }
}

function findHalted({ arms, judgement }: Judged, control: ExperimentArm) {
  return arms.flatMap((arm) => {
    if (arm.status === "stopped" || arm.isControl) return [];
    const gone = whyUnusable(arm);
    if (gone) return [{ arm, reason: gone }];
    const breach = judgement.guardrails.find(
      ({ key, result }) => key === arm.id && result === "breached",
    );
    return breach ? [{ arm, reason: sayBreach(breach, control.behaviorName) }] : [];
  });
}

/** The winner, or control where everything else was shown to be worse. */
function findBest({ arms, judgement }: Judged, control: ExperimentArm): ExperimentArm | undefined {
  const { result, winner } = judgement.comparison;
  if (result === "control-holds") return control;
  return result === "winner" ? arms.find(({ id }) => id === winner) : undefined;
}

/** Nobody should get an arm that was retired, or whose scripts were all switched off. */
function whyUnusable({ behavior, behaviorName }: ExperimentArm): string | undefined {
  if (!behavior || behavior.status === "retired") return `${behaviorName} is retired`;
  return behavior.currentRevisionId ? undefined : `no script of ${behaviorName} can be used`;
}
