import { defineEntity, p } from "@mikro-orm/core";
import { Agent } from "../../agents/agent.ts";
import { newId } from "../../base/ids.ts";
import { Person } from "../../rooms/people/person.ts";
import { Room } from "../../rooms/room.ts";

const ApproverSchema = defineEntity({
  name: "Approver",
  tableName: "approver",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    person: () => p.manyToOne(Person).deleteRule("cascade").index(false),
    /** Of which agent's questions; null where it is a room's. */
    agent: () => p.manyToOne(Agent).nullable().deleteRule("cascade").index(false),
    /** In which room and its threads; null where it is an agent's. */
    room: () => p.manyToOne(Room).nullable().deleteRule("cascade").index(false),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  indexes: [
    {
      name: "approver_unique_index",
      expression:
        "create unique index approver_unique_index on approver (person_id, agent_id, room_id) nulls not distinct",
    },
  ],
});

/** Somebody who may decide beside the one who asked: for one agent, or in one room. */
export class Approver extends ApproverSchema.class {}
ApproverSchema.setClass(Approver);
