import type { JobQueue } from "../queue/job-queue.ts";
import type { AssignmentReason } from "./assignments/behavior-assignment.ts";

export const BEHAVIOR_CHANGES = [
  "created",
  "updated",
  "revised",
  "rolled_back",
  "activated",
  "retired",
  "deleted",
  "switched_off",
  "restored",
  "assigned",
  "unassigned",
  "improvement_suggested",
] as const;

/** What has just been changed about a behavior or an agent's use of one; told after the commit. */
export type BehaviorChange = {
  kind: (typeof BEHAVIOR_CHANGES)[number];
  /** Name of the behavior. */
  behavior: string;
  /** Number of the revision that applies from now on, where the change was about revisions. */
  revision?: number | null;
  /** Slug of the agent, for assignments. */
  agent?: string;
  reason?: AssignmentReason;
  /** Who did it. */
  by: string;
  /** ISO 8601. */
  at: string;
};

const TOPIC = "behaviors";

export function publishBehaviorChange(
  queue: Pick<JobQueue, "publish">,
  change: BehaviorChange,
): void {
  queue.publish(TOPIC, change);
}

export function subscribeToBehaviorChanges(
  queue: Pick<JobQueue, "subscribe">,
  listener: (change: BehaviorChange) => void,
): () => void {
  return queue.subscribe(TOPIC, (payload) => listener(payload as BehaviorChange));
}
