import { defineEntity, p } from "@mikro-orm/core";
import { ExperimentExposure } from "./experiment-exposure.ts";

const ExperimentUseSchema = defineEntity({
  name: "ExperimentUse",
  tableName: "experiment_use",
  properties: {
    turnId: p.uuid().primary(),
    exposure: () => p.manyToOne(ExperimentExposure).deleteRule("cascade").index(),
  },
});

/** Where a turn was counted, for corrections and feedback that come later. */
export class ExperimentUse extends ExperimentUseSchema.class {}
ExperimentUseSchema.setClass(ExperimentUse);
