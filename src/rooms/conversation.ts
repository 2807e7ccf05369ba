import { defineEntity, p } from "@mikro-orm/core";
import { Agent } from "../agents/agent.ts";
import { newId } from "../base/ids.ts";
import { MODES } from "./participation.ts";
import { Room } from "./room.ts";

const ConversationSchema = defineEntity({
  name: "Conversation",
  tableName: "conversation",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    room: () => p.manyToOne(Room).deleteRule("cascade"),
    agent: () => p.manyToOne(Agent).deleteRule("cascade"),
    mode: p.enum(MODES).default("mention"),
    /** Whether the agent answers other bots here; null as in the channel of a thread, else not. */
    answersBots: p.boolean().nullable(),
    /** The behavior that applies in this room, and in the threads of its channel, over the agent's own. */
    behaviorId: p.uuid().nullable(),
    summary: p.text().nullable(),
    /** `Message.seq` of the newest message that the summary covers. */
    summarisedThrough: p.bigint("number").default(0),
    messageCount: p.integer().default(0),
    lastMessageAt: p.datetime().nullable(),
    /** Grows with every claim; a write that carries an older number changes nothing. */
    fence: p.bigint("number").default(0),
    /** The worker process that holds the conversation, while it is alive. */
    holderId: p.uuid().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  uniques: [{ properties: ["room", "agent"] }],
});

/** One agent in one room: membership, the lane in which its turns run one by one, and its summary. */
export class Conversation extends ConversationSchema.class {}
ConversationSchema.setClass(Conversation);
