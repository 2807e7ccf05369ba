import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../base/ids.ts";
import { REPLY_PLACES } from "./participation.ts";
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
    /** The channel's room of a thread. */
    parentId: p.uuid().nullable(),
    replyIn: p.enum(REPLY_PLACES).default("thread"),
    /** Whether answers carry 👍 and 👎; null means as in the channel, and there that they do. */
    feedbackButtons: p.boolean().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  indexes: [
    {
      name: "room_parent_index",
      expression: "create index room_parent_index on room (parent_id) where parent_id is not null",
    },
    {
      name: "room_key_prefix_index",
      expression: "create index room_key_prefix_index on room (key text_pattern_ops)",
    },
  ],
});

/** A channel, thread or direct message in which agents take part. */
export class Room extends RoomSchema.class {}
RoomSchema.setClass(Room);
