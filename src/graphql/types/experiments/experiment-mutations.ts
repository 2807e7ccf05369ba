import { createExperiment } from "../../../experiments/lifecycle/create-experiment.ts";
import { promoteArm } from "../../../experiments/lifecycle/promote-arm.ts";
import { rollbackExperiment } from "../../../experiments/lifecycle/rollback-experiment.ts";
import { startExperiment } from "../../../experiments/lifecycle/start-experiment.ts";
import { stopArm } from "../../../experiments/lifecycle/stop-arm.ts";
import { stopExperiment } from "../../../experiments/lifecycle/stop-experiment.ts";
import { updateWeights } from "../../../experiments/lifecycle/update-weights.ts";
import { toBehaviorScope } from "../../behavior-scope.ts";
import type { Builder } from "../../builder.ts";
import type { Refs } from "../../refs.ts";
import type { ExperimentEnums } from "./experiment.ts";

export function defineExperimentMutations(
  builder: Builder,
  refs: Refs,
  enums: ExperimentEnums,
): void {
  const { Input, WeightInput } = defineInputs(builder, enums);

  builder.mutationFields((t) => ({
    createExperiment: t.field({
      type: refs.Experiment,
      description:
        "Stores an experiment as a draft. `INVALID` names each bad field, `CONFLICT` a name in use or a retired behavior.",
      args: { input: t.arg({ type: Input, required: true }) },
      resolve: (_root, { input }, context) => {
        const { arms, guardrails, rampUp, costCapMicros, ...rest } = input;
        return createExperiment(
          toBehaviorScope(context),
          {
            ...withoutNulls(rest),
            name: input.name,
            arms: arms.map(({ behavior, weight }) => ({ behavior, weight: weight ?? undefined })),
            ...(guardrails && { guardrails }),
            ...(rampUp && { rampUp }),
            ...(costCapMicros && { costCapMicros: Number(costCapMicros) }),
          },
          context.actor.name,
        );
      },
    }),
    startExperiment: t.field({
      type: refs.Experiment,
      description:
        "From the next turn on, in every process, it decides. `CONFLICT`: another one runs for the agent or role.",
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }, context) =>
        startExperiment(toBehaviorScope(context), name, { by: context.actor.name }),
    }),
    stopExperiment: t.field({
      type: refs.Experiment,
      description: "Ends it and promotes nothing: what applied before applies again.",
      args: { name: t.arg.string({ required: true }), reason: t.arg.string() },
      resolve: (_root, { name, reason }, context) =>
        stopExperiment(toBehaviorScope(context), name, {
          by: context.actor.name,
          reason: reason ?? undefined,
        }),
    }),
    promoteExperiment: t.field({
      type: refs.Experiment,
      description:
        "Makes an arm primary, in the steps of the ramp-up unless `atOnce`. Without `arm` it is the suggested one or the winner; `CONFLICT` where there is none.",
      args: {
        name: t.arg.string({ required: true }),
        arm: t.arg.string({ description: "Name of the arm's behavior." }),
        atOnce: t.arg.boolean(),
      },
      resolve: (_root, { name, arm, atOnce }, context) =>
        promoteArm(toBehaviorScope(context), name, {
          by: context.actor.name,
          arm: arm ?? undefined,
          atOnce: atOnce ?? undefined,
        }),
    }),
    rollbackExperiment: t.field({
      type: refs.Experiment,
      description:
        "Takes a promotion back, while it is ramped up or later: what it replaced applies again, except where something else was assigned since.",
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }, context) =>
        rollbackExperiment(toBehaviorScope(context), name, { by: context.actor.name }),
    }),
    stopExperimentArm: t.field({
      type: refs.Experiment,
      description:
        "Takes an arm out. Its people get one of the others; nobody else moves. Without any other arm than control the experiment stops.",
      args: {
        name: t.arg.string({ required: true }),
        arm: t.arg.string({ required: true, description: "Name of the arm's behavior." }),
        reason: t.arg.string(),
      },
      resolve: (_root, { name, arm, reason }, context) =>
        stopArm(toBehaviorScope(context), name, {
          arm,
          by: context.actor.name,
          reason: reason ?? undefined,
        }),
    }),
    updateExperimentWeights: t.field({
      type: refs.Experiment,
      description: "Arms that are not named keep their weights; as few people as possible move.",
      args: {
        name: t.arg.string({ required: true }),
        weights: t.arg({ type: [WeightInput], required: true }),
      },
      resolve: (_root, { name, weights }, context) =>
        updateWeights(toBehaviorScope(context), name, { weights, by: context.actor.name }),
    }),
  }));
}

function defineInputs(builder: Builder, enums: ExperimentEnums) {
  const ArmInput = builder.inputType("ExperimentArmInput", {
    fields: (t) => ({
      behavior: t.string({ required: true }),
      weight: t.float({ description: "1 unless given." }),
    }),
  });
  const GuardrailInput = builder.inputType("ExperimentGuardrailInput", {
    fields: (t) => ({
      metric: t.field({ type: enums.Metric, required: true }),
      margin: t.float({ required: true }),
    }),
  });
  const WeightInput = builder.inputType("ExperimentWeightInput", {
    fields: (t) => ({
      behavior: t.string({ required: true }),
      weight: t.float({ required: true }),
    }),
  });
  const Input = builder.inputType("CreateExperimentInput", {
    description: "One of `role` and `agent` is given.",
    fields: (t) => ({
      name: t.string({ required: true, description: "Lower-case letters, digits, `_` and `-`." }),
      description: t.string(),
      role: t.string({ description: "All agents of this role take part." }),
      agent: t.string({ description: "Only the agent of this slug takes part." }),
      arms: t.field({ type: [ArmInput], required: true, description: "Two to ten behaviors." }),
      control: t.string({
        description: "The behavior that is in use today; the first arm unless given.",
      }),
      unit: t.field({ type: enums.Unit, description: "PERSON unless given." }),
      policy: t.field({ type: enums.Policy, description: "SUGGEST unless given." }),
      allocation: t.field({ type: enums.Allocation, description: "FIXED unless given." }),
      minimumUses: t.int({ description: "100, which is also the least." }),
      guardrails: t.field({
        type: [GuardrailInput],
        description: "5 points of errors, 25 % of latency and of cost unless given.",
      }),
      rampUp: t.floatList({
        description:
          "Growing shares that end with 1; [0.05, 0.2, 0.5, 1] unless given, [] promotes at once.",
      }),
      costCapMicros: t.field({
        type: "BigInt",
        description:
          "A turn counts as no dearer than this, in micro-dollars: 1000000 unless given.",
      }),
    }),
  });
  return { Input, WeightInput };
}

/** At creation null means the same as absent. */
function withoutNulls<T extends object>(input: T) {
  const given = Object.entries(input).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as { [K in keyof T]: NonNullable<T[K]> };
}
