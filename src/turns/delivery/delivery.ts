import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../../base/ids.ts";
import { Turn } from "../turn.ts";

const DeliverySchema = defineEntity({
  name: "Delivery",
  tableName: "delivery",
  properties: {
    /** Travels with the posted messages, so that they can be found again. */
    id: p.uuid().primary().onCreate(newId),
    turn: () => p.oneToOne(Turn).deleteRule("cascade"),
    createdAt: p.datetime(),
  },
});

/** The intent to post a turn's reply, written before anything is posted. */
export class Delivery extends DeliverySchema.class {}
DeliverySchema.setClass(Delivery);
