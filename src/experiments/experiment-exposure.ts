import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";
import { Experiment } from "./experiment.ts";

const ExperimentExposureSchema = defineEntity({
  name: "ExperimentExposure",
  tableName: "experiment_exposure",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    experiment: () => p.manyToOne(Experiment).deleteRule("cascade").index(false),
    /** The person or room; where each use draws its arm, the conversation it happened in. */
    unitId: p.uuid(),
    period: p.integer(),
    armId: p.uuid(),
    /** The unit had been in no other arm or period before. */
    isFirst: p.boolean().default(true),
    uses: p.integer().default(0),
    successes: p.integer().default(0),
    /** Turns that failed. */
    errors: p.integer().default(0),
    /** Sums over the uses of ln(1 + ms), of its square, of the capped cost and of its square. */
    logMs: p.float().columnType("double precision").default(0),
    logMsSquared: p.float().columnType("double precision").default(0),
    cappedMicros: p.float().columnType("double precision").default(0),
    cappedMicrosSquared: p.float().columnType("double precision").default(0),
    responseMs: p.bigint("number").default(0),
    costMicros: p.bigint("bigint").defaultRaw("0"),
    firstAt: p.datetime(),
    lastAt: p.datetime(),
  },
  uniques: [{ properties: ["experiment", "unitId", "period", "armId"] }],
});

/**
 * A unit and its arm, recorded once, with everything the unit has shown there as sums. Written only
 * by atomic increments when a turn is recorded; a row per unit, so that turns of different people
 * never wait for each other, and the variance between people can be told.
 */
export class ExperimentExposure extends ExperimentExposureSchema.class {}
ExperimentExposureSchema.setClass(ExperimentExposure);
