import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";
import { Behavior } from "../behaviors/behavior.ts";
import { Experiment } from "./experiment.ts";

export const ARM_STATUSES = ["running", "stopped"] as const;

const ExperimentArmSchema = defineEntity({
  name: "ExperimentArm",
  tableName: "experiment_arm",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    experiment: () => p.manyToOne(Experiment).deleteRule("cascade").index(false),
    position: p.integer(),
    /** Null once the behavior has been deleted, after the experiment; its name stays. */
    behavior: () => p.manyToOne(Behavior).nullable().deleteRule("set null").index(),
    behaviorName: p.text(),
    weight: p.float().columnType("double precision"),
    isControl: p.boolean().default(false),
    status: p.enum(ARM_STATUSES).default("running"),
    stopReason: p.text().nullable(),
    stoppedAt: p.datetime().nullable(),
    /** `system` where the evaluation did. */
    stoppedBy: p.text().nullable(),
    /** What the bandit goes by, as of the last look. The truth is in the exposures. */
    uses: p.integer().default(0),
    successes: p.integer().default(0),
  },
  uniques: [{ properties: ["experiment", "behaviorName"] }],
});

/** One of the behaviors that an experiment compares. */
export class ExperimentArm extends ExperimentArmSchema.class {}
ExperimentArmSchema.setClass(ExperimentArm);
