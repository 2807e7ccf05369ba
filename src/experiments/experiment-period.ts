import { defineEntity, p } from "@mikro-orm/core";
import { Experiment } from "./experiment.ts";

const ExperimentPeriodSchema = defineEntity({
  name: "ExperimentPeriod",
  tableName: "experiment_period",
  properties: {
    experiment: () => p.manyToOne(Experiment).primary().deleteRule("cascade").index(false),
    number: p.integer().primary(),
    /** The share of units that get the promoted arm; null while arms are compared. */
    share: p.float().columnType("double precision").nullable(),
    /** Weights of the arms that take part, by id. */
    weights: p.json<Record<string, number>>(),
    startedAt: p.datetime(),
  },
});

/** A stretch of an experiment in which nothing about who gets which arm was changed. */
export class ExperimentPeriod extends ExperimentPeriodSchema.class {}
ExperimentPeriodSchema.setClass(ExperimentPeriod);
