import { defineEntity, p } from "@mikro-orm/core";
import { BehaviorRevision } from "../behaviors/behavior-revision.ts";
import { newId } from "../base/ids.ts";
import { Conversation } from "../rooms/conversation.ts";
import { Message } from "../rooms/message.ts";
import { FLAWS } from "./success/flaw.ts";
import { TURN_STATUSES } from "./turn-status.ts";

const OPEN = "status in ('pending', 'running')";

const TurnSchema = defineEntity({
  name: "Turn",
  tableName: "turn",
  properties: {
    id: p.uuid().primary().onCreate(newId),
    seq: p.bigint("number").autoincrement(),
    conversation: () => p.manyToOne(Conversation).deleteRule("cascade").index(false),
    /** The message that asked for an answer. */
    message: () => p.manyToOne(Message).deleteRule("cascade").index(false),
    status: p.enum(TURN_STATUSES).default("pending"),
    /** The turn that answers this one's message too, when a burst became one turn. */
    mergedIntoId: p.uuid().nullable(),
    behaviorRevision: () => p.manyToOne(BehaviorRevision).nullable().index(false),
    /** The assignment under which its behavior ran; null where it ran by role. */
    assignmentId: p.uuid().nullable(),
    /** How it was counted; null while it runs, and where it does not count. */
    succeeded: p.boolean().nullable(),
    /** The other bot that it answers, by its person id; null where a person asked. */
    botId: p.uuid().nullable(),
    /** What counts against it although it ended; see `success/flaw.ts`. */
    flaw: p.enum(FLAWS).nullable(),
    model: p.text().nullable(),
    costMicros: p.bigint("bigint").defaultRaw("0"),
    /** Why the turn failed or was declined, as it was told to the room. */
    reason: p.text().nullable(),
    /** Set while it runs, by whoever told it to stop: it ends as declined with these words. */
    stopReason: p.text().nullable(),
    /** How often a worker began it; more than once means that crashes or faults broke it off. */
    attempts: p.integer().default(0),
    createdAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
  uniques: [{ properties: ["message", "conversation"] }],
  indexes: [
    {
      name: "turn_merged_into_index",
      expression:
        "create index turn_merged_into_index on turn (merged_into_id) where merged_into_id is not null",
    },
    {
      name: "turn_bot_index",
      expression:
        "create index turn_bot_index on turn (bot_id, created_at) where bot_id is not null",
    },
    {
      name: "turn_bot_conversation_index",
      expression:
        "create index turn_bot_conversation_index on turn (conversation_id) where bot_id is not null",
    },
    {
      name: "turn_open_index",
      expression: `create index turn_open_index on turn (conversation_id, seq) where ${OPEN}`,
    },
    {
      name: "turn_failed_index",
      expression: "create index turn_failed_index on turn (finished_at) where status = 'failed'",
    },
    {
      name: "turn_waiting_index",
      expression:
        "create index turn_waiting_index on turn (conversation_id) where status = 'waiting'",
    },
  ],
});

/** One agent answering one message, or a burst of them; what it did is in its steps. */
export class Turn extends TurnSchema.class {}
TurnSchema.setClass(Turn);
