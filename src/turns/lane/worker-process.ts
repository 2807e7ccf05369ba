import { defineEntity, p } from "@mikro-orm/core";

const WorkerProcessSchema = defineEntity({
  name: "WorkerProcess",
  tableName: "worker_process",
  properties: {
    id: p.uuid().primary(),
    startedAt: p.datetime(),
    /** Renewed by a heartbeat; conversations held past it are free to be claimed. */
    aliveUntil: p.datetime(),
  },
});

/** A process that runs turns. One row's heartbeat keeps every claim of the process. */
export class WorkerProcess extends WorkerProcessSchema.class {}
WorkerProcessSchema.setClass(WorkerProcess);
