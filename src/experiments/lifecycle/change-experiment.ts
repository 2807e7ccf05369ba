import type { EntityManager } from "@mikro-orm/sql";
import type { Agent } from "../../agents/agent.ts";
import { tellAssigned } from "../../behaviors/assignments/assign-behavior.ts";
import { tellUnassigned } from "../../behaviors/assignments/unassign-behavior.ts";
import type { BehaviorScope } from "../../behaviors/behavior-scope.ts";
import type { ExperimentArm } from "../experiment-arm.ts";
import { type ExperimentChange, publishExperimentChange } from "../experiment-change.ts";
import { Experiment } from "../experiment.ts";
import { loadArms, requireExperiment } from "../require-experiment.ts";

/** An experiment while a transaction changes it. */
export type Changing = {
  tx: EntityManager;
  experiment: Experiment;
  arms: ExperimentArm[];
  /** One moment for the whole change. */
  now: Date;
  by: string;
  /** What is told once the transaction is committed. */
  tell: (change: Pick<ExperimentChange, "kind" | "reason"> & { arm?: ExperimentArm }) => void;
  /** An agent whose behavior changed; `behavior` is null where it has none of its own any more. */
  tellAgent: (agent: Agent, from: string | null, behavior: string | null) => void;
};

/**
 * Changes an experiment in one transaction that nobody else's change overlaps, and tells of it after
 * the commit. Turns that end at the same time are not held up.
 */
export async function changeExperiment<T>(
  scope: BehaviorScope,
  { name, by }: { name: string; by: string },
  change: (changing: Changing) => Promise<T>,
): Promise<Experiment> {
  const told: (() => void)[] = [];
  const experiment = await scope.em.transactional(async (tx) => {
    const { id } = await requireExperiment({ em: tx }, name);
    await tx.execute(`select 1 from experiment where id = ? for no key update`, [id]);
    const changing = await openChange(scope, { tx, id, by }, told);
    await change(changing);
    await tx.flush();
    return changing.experiment;
  });
  for (const tell of told) tell();
  return experiment;
}

/** The experiment and its arms as they are now, under the caller's lock. */
export async function openChange(
  scope: Pick<BehaviorScope, "queue" | "clock">,
  { tx, id, by }: { tx: EntityManager; id: string; by: string },
  told: (() => void)[],
): Promise<Changing> {
  const experiment = await tx.findOneOrFail(Experiment, id, { refresh: true, populate: ["agent"] });
  const now = new Date(scope.clock.now());
  const at = now.toISOString();
  return {
    tx,
    experiment,
    arms: await loadArms(tx, experiment),
    now,
    by,
    tell: ({ arm, ...change }) =>
      void told.push(() =>
        publishExperimentChange(scope.queue, {
          ...change,
          ...(arm && { arm: arm.behaviorName }),
          experiment: experiment.name,
          by,
          at,
        }),
      ),
    tellAgent: ({ slug }, from, behavior) =>
      void told.push(() => {
        if (behavior !== null) tellAssigned(scope, slug, { behavior, by, reason: "a_b_test" });
        else if (from !== null) tellUnassigned(scope, slug, { behavior: from, by });
      }),
  };
}
