import { Repeater } from "graphql-yoga";
import {
  EXPERIMENT_CHANGES,
  type ExperimentChange,
  subscribeToExperimentChanges,
} from "../../../experiments/experiment-change.ts";
import { Experiment } from "../../../experiments/experiment.ts";
import type { Builder } from "../../builder.ts";
import { renewed } from "../../loaders.ts";
import { type Refs, toEnumValues } from "../../refs.ts";

export function defineExperimentChange(builder: Builder, refs: Refs): void {
  const Kind = builder.enumType("ExperimentChangeKind", {
    values: toEnumValues(EXPERIMENT_CHANGES),
  });

  refs.ExperimentChange.implement({
    description: "A change of an experiment that has just taken effect.",
    fields: (t) => ({
      kind: t.expose("kind", { type: Kind }),
      experimentName: t.exposeString("experiment"),
      experiment: t.field({
        type: refs.Experiment,
        nullable: true,
        resolve: ({ experiment: name }, _args, { em }) =>
          em.findOne(Experiment, { name }, { populate: ["agent"] }),
      }),
      arm: t.string({
        nullable: true,
        description: "Name of the behavior whose arm it is about.",
        resolve: ({ arm }) => arm ?? null,
      }),
      reason: t.string({ nullable: true, resolve: ({ reason }) => reason ?? null }),
      by: t.exposeString("by", { description: "`system` where the evaluation did it." }),
      at: t.expose("at", { type: "DateTime" }),
    }),
  });

  builder.subscriptionField("experimentChanges", (t) =>
    t.field({
      type: refs.ExperimentChange,
      description: "What changes about experiments from now on, anywhere.",
      args: { experiment: t.arg.string({ description: "Only changes of the one of this name." }) },
      subscribe: (_root, { experiment }, { scope }) =>
        new Repeater<ExperimentChange>(async (push, stop) => {
          const unsubscribe = subscribeToExperimentChanges(scope.queue, (change) => {
            if (!experiment || change.experiment === experiment) void push(change);
          });
          await stop;
          unsubscribe();
        }),
      resolve: renewed,
    }),
  );
}
