import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";
import { Workspace } from "./workspace.ts";

const RoomSchema = defineEntity({
  name: "Room",
  tableName: "room",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    workspace: () => p.manyToOne(Workspace),
    /** `platform:channel[:thread]`, the name by which clients address the room. */
    key: p.text().unique(),
    /** Grows with every change of membership, so that a cached member list is known to be current. */
    version: p.integer().default(1),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});

/** A channel, thread or direct message in which agents take part. */
export class Room extends RoomSchema.class {}
RoomSchema.setClass(Room);
