import type { JobQueue } from "../queue/job-queue.ts";

export const EXPERIMENT_CHANGES = [
  "created",
  "started",
  "weights_changed",
  "arm_stopped",
  "suggested",
  "promoted",
  "ramped_up",
  "concluded",
  "rolled_back",
  "stopped",
] as const;

/** What has just been changed about an experiment; told after the commit. */
export type ExperimentChange = {
  kind: (typeof EXPERIMENT_CHANGES)[number];
  /** Name of the experiment. */
  experiment: string;
  /** Name of the behavior whose arm it is about. */
  arm?: string;
  /** Why, in words. */
  reason?: string;
  /** Who did it; `system` where the evaluation did. */
  by: string;
  /** ISO 8601. */
  at: string;
};

const TOPIC = "experiments";

export function publishExperimentChange(
  queue: Pick<JobQueue, "publish">,
  change: ExperimentChange,
): void {
  queue.publish(TOPIC, change);
}

export function subscribeToExperimentChanges(
  queue: Pick<JobQueue, "subscribe">,
  listener: (change: ExperimentChange) => void,
): () => void {
  return queue.subscribe(TOPIC, (payload) => listener(payload as ExperimentChange));
}
