import { ARM_STATUSES, ExperimentArm } from "../../../experiments/experiment-arm.ts";
import {
  ALLOCATIONS,
  Experiment,
  EXPERIMENT_POLICIES,
  EXPERIMENT_STATUSES,
} from "../../../experiments/experiment.ts";
import { type Guardrail, GUARDRAIL_METRICS } from "../../../experiments/statistics/guardrail.ts";
import { ROW_RESULTS } from "../../../experiments/statistics/verdict-table.ts";
import { EXPERIMENT_UNITS } from "../../../experiments/statistics/verdict-words.ts";
import type { Builder } from "../../builder.ts";
import type { RequestContext } from "../../context.ts";
import { type Refs, toEnumValues } from "../../refs.ts";

export type ExperimentEnums = ReturnType<typeof defineExperimentEnums>;

export function defineExperiment(builder: Builder, refs: Refs): ExperimentEnums {
  const enums = defineExperimentEnums(builder);
  defineArm(builder, refs);
  defineRow(builder, refs);
  const GuardrailType = builder.objectRef<Guardrail>("ExperimentGuardrail").implement({
    description: "How much worse than control an arm may be before it is stopped.",
    fields: (t) => ({
      metric: t.expose("metric", { type: enums.Metric }),
      margin: t.exposeFloat("margin", {
        description: "ERRORS as a share of uses (0.05 = 5 points), LATENCY and COST relative.",
      }),
    }),
  });

  refs.Experiment.implement({
    description:
      "A comparison of behaviors in live rooms. While it runs it decides which behavior a turn of its agent or role has.",
    fields: (t) => ({
      id: t.exposeID("id"),
      name: t.exposeString("name"),
      description: t.exposeString("description"),
      role: t.exposeString("role"),
      agent: t.expose("agent", {
        type: refs.Agent,
        nullable: true,
        description: "The one agent it is about; null for all of the role.",
      }),
      unit: t.expose("unit", { type: enums.Unit }),
      status: t.expose("status", { type: enums.Status }),
      policy: t.expose("policy", { type: enums.Policy }),
      allocation: t.expose("allocation", { type: enums.Allocation }),
      minimumUses: t.exposeInt("minimumUses", {
        description: "Of every arm before anything is concluded.",
      }),
      guardrails: t.field({ type: [GuardrailType], resolve: ({ guardrails }) => [...guardrails] }),
      rampUp: t.floatList({
        description: "The shares of units that a promoted arm gets step by step.",
        resolve: ({ rampUp }) => [...rampUp],
      }),
      costCapMicros: t.expose("costCapMicros", { type: "BigInt" }),
      sentence: t.string({
        description: "All there is to know about it, as it stands now.",
        resolve: async (experiment, _args, context) => (await viewOf(experiment, context)).sentence,
      }),
      table: t.field({
        type: [refs.ExperimentRow],
        description: "One row for each arm.",
        resolve: async (experiment, _args, context) => (await viewOf(experiment, context)).table,
      }),
      share: t.float({
        nullable: true,
        description: "What share of the units has the promoted arm, while that share is growing.",
        resolve: async (experiment, _args, context) => (await viewOf(experiment, context)).share,
      }),
      sampleRatioPValue: t.float({
        nullable: true,
        description:
          "Whether the arms received the shares that were planned, always valid; at 0.01 the experiment stops. Null for THOMPSON.",
        resolve: async (experiment, _args, context) =>
          (await viewOf(experiment, context)).sampleRatioPValue,
      }),
      suggestedArm: t.field({
        type: refs.ExperimentArm,
        nullable: true,
        description: "The winner that waits for `promoteExperiment`.",
        resolve: ({ suggestedArmId }, _args, context) => findArm(suggestedArmId, context),
      }),
      suggestedAt: t.expose("suggestedAt", { type: "DateTime", nullable: true }),
      promotedArm: t.field({
        type: refs.ExperimentArm,
        nullable: true,
        resolve: ({ promotedArmId }, _args, context) => findArm(promotedArmId, context),
      }),
      promotedAt: t.expose("promotedAt", { type: "DateTime", nullable: true }),
      promotedBy: t.exposeString("promotedBy", { nullable: true }),
      rolledBackAt: t.expose("rolledBackAt", { type: "DateTime", nullable: true }),
      reason: t.exposeString("reason", { nullable: true, description: "Why it stopped." }),
      createdBy: t.exposeString("createdBy"),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      startedAt: t.expose("startedAt", { type: "DateTime", nullable: true }),
      endedAt: t.expose("endedAt", { type: "DateTime", nullable: true }),
    }),
  });

  builder.queryFields((t) => ({
    experiments: t.field({
      type: [refs.Experiment],
      description: "The newest 200 experiments, or those of a status or role.",
      args: { status: t.arg({ type: enums.Status }), role: t.arg.string() },
      resolve: (_root, { status, role }, { em }) =>
        em.find(
          Experiment,
          { ...(status && { status }), ...(role && { role }) },
          { orderBy: { createdAt: "desc" }, limit: 200, populate: ["agent"] },
        ),
    }),
    experiment: t.field({
      type: refs.Experiment,
      nullable: true,
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }, { em }) =>
        em.findOne(Experiment, { name }, { populate: ["agent"] }),
    }),
  }));
  return enums;
}

function defineExperimentEnums(builder: Builder) {
  return {
    Unit: builder.enumType("ExperimentUnit", {
      description: "What an arm is given to: a PERSON or ROOM keeps it, each USE draws its own.",
      values: toEnumValues(EXPERIMENT_UNITS),
    }),
    Status: builder.enumType("ExperimentStatus", {
      description: "CONCLUDED ones made an arm primary, STOPPED ones changed nothing.",
      values: toEnumValues(EXPERIMENT_STATUSES),
    }),
    Policy: builder.enumType("ExperimentPolicy", {
      description: "What happens to a winner: nothing, a suggestion to accept, or its promotion.",
      values: toEnumValues(EXPERIMENT_POLICIES),
    }),
    Allocation: builder.enumType("ExperimentAllocation", {
      description: "FIXED follows the weights; THOMPSON prefers what did better so far.",
      values: toEnumValues(ALLOCATIONS),
    }),
    Metric: builder.enumType("GuardrailMetric", { values: toEnumValues(GUARDRAIL_METRICS) }),
  };
}

function defineArm(builder: Builder, refs: Refs): void {
  const Status = builder.enumType("ExperimentArmStatus", { values: toEnumValues(ARM_STATUSES) });
  refs.ExperimentArm.implement({
    description: "One of the behaviors that an experiment compares.",
    fields: (t) => ({
      behaviorName: t.exposeString("behaviorName"),
      behavior: t.field({
        type: refs.Behavior,
        nullable: true,
        description: "Null once it has been deleted.",
        resolve: ({ behavior }) => behavior ?? null,
      }),
      weight: t.exposeFloat("weight", { description: "Its share, relative to the other arms." }),
      isControl: t.exposeBoolean("isControl"),
      status: t.expose("status", { type: Status }),
      stopReason: t.exposeString("stopReason", { nullable: true }),
      stoppedAt: t.expose("stoppedAt", { type: "DateTime", nullable: true }),
    }),
  });
}

function defineRow(builder: Builder, refs: Refs): void {
  const Result = builder.enumType("ExperimentResult", {
    description: "What may be said of an arm next to control; TOO_FEW before enough uses.",
    values: toEnumValues(ROW_RESULTS),
  });
  refs.ExperimentRow.implement({
    description: "What an arm has shown. Differences are arm minus control, in percentage points.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "Of the behavior." }),
      arm: t.expose("arm", { type: refs.ExperimentArm }),
      units: t.exposeInt("units", {
        description: "People or rooms that had the arm; its uses for USE.",
      }),
      uses: t.exposeInt("uses"),
      successRate: t.exposeFloat("successRate", { nullable: true, description: "0 to 1." }),
      differencePoints: t.exposeFloat("differencePoints", { nullable: true }),
      lowerPoints: t.exposeFloat("lowerPoints", { nullable: true }),
      upperPoints: t.exposeFloat("upperPoints", { nullable: true }),
      pValue: t.exposeFloat("pValue", {
        nullable: true,
        description: "May be read after every use, and is corrected for the number of arms.",
      }),
      result: t.expose("result", { type: Result }),
      errorRate: t.exposeFloat("errorRate", { nullable: true }),
      avgResponseTimeMs: t.exposeFloat("avgResponseTimeMs", { nullable: true }),
      costMicrosPerUse: t.exposeFloat("costMicrosPerUse", { nullable: true }),
      goodFeedback: t.exposeInt("goodFeedback", {
        description: "Answers that people called good.",
      }),
      badFeedback: t.exposeInt("badFeedback"),
    }),
  });
}

function viewOf({ id }: Experiment, { loaders }: RequestContext) {
  return loaders.experimentView.load(id);
}

async function findArm(id: string | null | undefined, { em }: RequestContext) {
  return id ? em.fork().findOne(ExperimentArm, id, { populate: ["behavior"] }) : null;
}
