import { defineEntity, p } from "@mikro-orm/core";
import { Agent } from "../agents/agent.ts";
import { newId } from "../base/ids.ts";
import type { MessageFile } from "./message-file.ts";
import { Person } from "./person.ts";
import { Room } from "./room.ts";

const MessageSchema = defineEntity({
  name: "Message",
  tableName: "message",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    /** Order within a room. */
    seq: p.bigint("number").autoincrement(),
    room: () => p.manyToOne(Room).deleteRule("cascade").index(false),
    person: () => p.manyToOne(Person).nullable().index(false),
    agent: () => p.manyToOne(Agent).nullable().index(false),
    /** Written by another bot, which stands as its person. */
    fromBot: p.boolean().default(false),
    text: p.text(),
    /** The platform's own id; a second arrival of the same id changes nothing. */
    externalId: p.text(),
    /** The files that came with it. */
    files: p.json<MessageFile[]>().nullable(),
    /** The turn whose reply this message is; a turn has one visible reply. */
    turnId: p.uuid().nullable().unique(),
    /** The platform's ids of all parts of a reply that was posted in parts. */
    partIds: p.array().nullable(),
    /** It spoke to the product where no agent is, and its writer has not been told so yet. */
    unheard: p.boolean().default(false),
    editedAt: p.datetime().nullable(),
    /** A deleted message is kept without its text, so that a redelivery does not bring it back. */
    deletedAt: p.datetime().nullable(),
    postedAt: p.datetime(),
  },
  uniques: [{ properties: ["room", "externalId"] }, { properties: ["room", "seq"] }],
  indexes: [
    {
      name: "message_unheard_index",
      expression: "create index message_unheard_index on message (posted_at) where unheard",
    },
  ],
});

/** What a person or an agent wrote in a room. */
export class Message extends MessageSchema.class {}
MessageSchema.setClass(Message);
