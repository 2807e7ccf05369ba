import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../base/clock.ts";
import type { JobQueue } from "../queue/job-queue.ts";

/** What changes of behaviors touch. */
export type BehaviorScope = {
  em: EntityManager;
  /** Where the change is told, after its commit. */
  queue: Pick<JobQueue, "publish">;
  clock: Clock;
};
