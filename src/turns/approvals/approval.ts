import { defineEntity, p } from "@mikro-orm/core";
import { newId } from "../../base/ids.ts";
import type { ReplyAddress } from "../../rooms/platform/chat-platform.ts";
import { Conversation } from "../../rooms/conversation.ts";
import { Person } from "../../rooms/people/person.ts";
import { Turn } from "../turn.ts";

/** What is asked about: a call of a tool, or an answer that was drafted and not posted. */
export const APPROVAL_KINDS = ["tool", "answer"] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

export const APPROVAL_STATUSES = ["waiting", "approved", "declined", "expired"] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

const ApprovalSchema = defineEntity({
  name: "Approval",
  tableName: "approval",
  properties: {
    /** Also the id of the message that asks. */
    id: p.uuid().primary().onCreate(newId),
    turn: () => p.manyToOne(Turn).deleteRule("cascade").index(false),
    conversation: () => p.manyToOne(Conversation).deleteRule("cascade").index(false),
    /** Who asked for the answer and may decide; null where the person is gone. */
    requester: () => p.manyToOne(Person).nullable().index(false),
    kind: p.enum(APPROVAL_KINDS),
    /** Which step of the turn it is about: a turn that resumes finds its question by it. */
    step: p.text(),
    tool: p.text().nullable(),
    arguments: p.json<unknown>().nullable(),
    /** What would happen, in words. */
    action: p.text(),
    /** What the model stated, 0 to 1; null where it stated nothing. */
    confidence: p.float().columnType("real").nullable(),
    status: p.enum(APPROVAL_STATUSES).default("waiting"),
    decidedBy: p.text().nullable(),
    decidedAt: p.datetime().nullable(),
    expiresAt: p.datetime(),
    /** Where the question was posted; null in rooms whose own table is what people see. */
    address: p.json<ReplyAddress>().nullable(),
    /** The platform's id of the message that asks, once it is known. */
    externalId: p.text().nullable(),
    /** When the posted question lost its buttons. */
    closedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
  uniques: [{ properties: ["turn", "step"] }],
  indexes: [
    {
      name: "approval_waiting_index",
      expression:
        "create index approval_waiting_index on approval (expires_at) where status = 'waiting'",
    },
    {
      name: "approval_unclosed_index",
      expression:
        "create index approval_unclosed_index on approval (decided_at) where closed_at is null and status <> 'waiting'",
    },
  ],
});

/** A question that a turn sleeps on until a person decides or nobody does in time. */
export class Approval extends ApprovalSchema.class {}
ApprovalSchema.setClass(Approval);
