import type { BehaviorRef } from "../../behaviors/engine/behavior-engine.ts";
import type { Allocation } from "../experiment.ts";
import type { ExperimentUnit } from "../statistics/verdict-words.ts";

/** What a turn needs to know of the experiment it takes part in. */
export type RunningExperiment = {
  id: string;
  unit: ExperimentUnit;
  allocation: Allocation;
  period: number;
  costCapMicros: number;
  /** While a promoted arm is ramped up: the share of units that get it. */
  promotedArmId: string | null;
  share: number | null;
  /** Where the turn takes place; a thread counts as the room it is in. */
  roomId: string;
  /** Null where none is left. */
  arms: RunningArm[] | null;
};

export type RunningArm = {
  id: string;
  weight: number;
  isControl: boolean;
  uses: number;
  successes: number;
  /** Null while no script of the behavior can be used. */
  behavior: BehaviorRef | null;
};

/**
 * The experiment that runs for the agent and room of a query (aliases `agent` and `room`), as JSON:
 * that of the agent before that of its role; null where there is none. It is a function of the database
 * (migration 0005), which keeps its plan: planned with every claim it would cost the embedded size more
 * than the rest of it.
 */
export const RUNNING_EXPERIMENT = `running_experiment(agent.id, agent.role, agent.behavior_id,
       agent.assignment_id, coalesce(room.parent_id, room.id))`;
