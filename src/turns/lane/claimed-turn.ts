import type { BehaviorRef } from "../../behaviors/engine/behavior-engine.ts";
import type { RunningExperiment } from "../../experiments/running/running-experiment.ts";
import type { Mode } from "../../rooms/participation.ts";
import type { Preferences } from "../../rooms/person.ts";
import type { TurnStep } from "../journal/turn-step.ts";
import type { MessageFile } from "../../rooms/message-file.ts";

/** A message as the prompt needs it; `agentId` is null for people. */
export type HistoryMessage = {
  id: string;
  seq: number;
  text: string;
  postedAt: string;
  name: string;
  agentId: string | null;
  personId: string | null;
  /** The platform's own id. */
  externalId: string;
  files: MessageFile[];
};

/** The intent to post a turn's reply, written down before anything is posted. */
type OpenedDelivery = {
  /** Travels with the posted messages, so that they can be found again. */
  id: string;
  /** An earlier attempt may have posted something already. */
  resumed: boolean;
  feedbackButtons: boolean;
  /** Whether several agents take part in the channel or its threads. */
  shared: boolean;
  /** Whether another of them has the same name. */
  namesake: boolean;
};

export type Participant = {
  id: string;
  name: string;
  preferences: Preferences;
  timeZone: string;
  externalId: string;
};

/** Everything a turn starts from, read in the same round trip that claims it. */
export type ClaimedTurn = {
  turnId: string;
  conversationId: string;
  roomId: string;
  roomKey: string;
  /** How the agent takes part in the room now. */
  mode: Mode;
  /** How often the turn was begun before: each time a crash or a fault broke it off. */
  attempts: number;
  /** Why it is to end without an answer, where somebody stopped it. */
  stopReason: string | undefined;
  /** Writes that carry an older fence than the conversation's change nothing. */
  fence: string;
  agentId: string;
  agentVersion: number;
  roleTools: string[];
  statistics: { cyclesCompleted: number; successRate: number; consecutiveFailures: number };
  behavior: BehaviorRef | null;
  /** The experiment that runs for the agent or its role; it goes before `behavior`. */
  experiment: RunningExperiment | null;
  summary: string | null;
  /** The messages not covered by the summary, oldest first. */
  history: HistoryMessage[];
  /** The ids among them that ask for this answer. */
  askedIds: string[];
  people: Participant[];
  /** Null in rooms whose own table is what people see. */
  delivery: OpenedDelivery | null;
  /** Whether it is certain, without asking, that no other worker has taken the turn over. */
  undisturbed: () => boolean;
  /** The journal from before a crash, by part; empty for a fresh turn. */
  journal: TurnStep[][];
};
