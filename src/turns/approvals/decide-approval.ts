import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import { isId } from "../../base/ids.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import type { ChatPlatforms } from "../../rooms/platform/chat-platform.ts";
import { Message } from "../../rooms/messages/message.ts";
import { Person } from "../../rooms/people/person.ts";
import { CONVERSATION_LANE } from "../../rooms/messages/receive-message.ts";
import { publishRoomEvent } from "../../rooms/room-events.ts";
import type { Sql } from "../../store/sql.ts";
import { Turn } from "../turn.ts";
import { Approval } from "./approval.ts";
import { closeQuestion } from "./close-question.ts";
import { listDeciders } from "./may-decide.ts";
import { renderOutcome } from "./question-text.ts";

export type DecideScope = {
  em: EntityManager;
  sql: Sql;
  clock: Clock;
  queue: JobQueue;
  platforms: ChatPlatforms;
};

/** An operator may decide everything, a person what they asked for or are listed to decide. */
export type Decider = { operator: string } | { personId: string };

/**
 * Approves or declines what an agent asked for, and lets its turn go on. The first decision counts:
 * a later one is a `CONFLICT` that names it. `FORBIDDEN` names who may decide.
 */
export async function decideApproval(
  scope: DecideScope,
  id: string,
  given: {
    approve: boolean;
    by: Decider;
    /** The message that was pressed, where a press decides. */
    externalId?: string;
  },
): Promise<Approval> {
  const approval = await scope.em.transactional((em) => decide({ ...scope, em }, id, given));
  const { conversation, turn } = approval;
  publishRoomEvent(scope.queue, conversation.room.id, {
    type: "ApprovalChanged",
    approvalId: id,
    turnId: turn.id,
    agentId: conversation.agent.id,
  });
  await scope.queue.enqueue(CONVERSATION_LANE, conversation.id);
  // Where it fails, the sweep tries again.
  void closeQuestion(scope, id).catch(() => undefined);
  return approval;
}

async function decide(
  { em, clock }: DecideScope,
  id: string,
  { approve, by, externalId }: { approve: boolean; by: Decider; externalId?: string },
): Promise<Approval> {
  const missing = new AppError("NOT_FOUND", "There is no such question. It may be long over.");
  if (!isId(id)) throw missing;
  // The row that a turn on its way to sleep takes too: one of the two sees what the other has done.
  const approval = await em.findOne(Approval, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!approval) throw missing;
  await em.populate(approval, [
    "requester",
    "turn",
    "conversation.agent",
    "conversation.room.workspace",
  ]);
  const name = await requireDecider({ em }, approval, by);
  requireOpen(approval, clock.now());
  const now = new Date(clock.now());
  approval.status = approve ? "approved" : "declined";
  approval.decidedBy = name;
  approval.decidedAt = now;
  approval.externalId ??= externalId ?? null;
  if (!approval.address) approval.closedAt = now;
  await em.nativeUpdate(Message, { id }, { text: renderOutcome(approval) });
  await em.nativeUpdate(
    Turn,
    { id: approval.turn.id, status: "waiting" },
    { status: "running", attempts: 0 },
  );
  return approval;
}

async function requireDecider(
  { em }: { em: EntityManager },
  approval: Approval,
  by: Decider,
): Promise<string> {
  if ("operator" in by) return by.operator;
  const deciders = await listDeciders({ em }, approval);
  const decider = deciders.find(({ id }) => id === by.personId);
  if (decider) return decider.name;
  // Another tenant learns nothing, not even that the question exists.
  const person = await em.findOne(Person, by.personId);
  if (person?.workspace.id !== approval.conversation.room.workspace.id) {
    throw new AppError("NOT_FOUND", "There is no such question. It may be long over.");
  }
  const names = deciders.map(({ name }) => name).join(", ") || "an operator";
  throw new AppError("FORBIDDEN", `Only ${names} can decide this.`);
}

function requireOpen({ status, decidedBy, expiresAt }: Approval, nowMs: number): void {
  if (status === "expired" || (status === "waiting" && expiresAt.getTime() <= nowMs)) {
    throw new AppError("CONFLICT", "This has expired. Ask the agent again.");
  }
  if (status !== "waiting") {
    throw new AppError("CONFLICT", `${decidedBy} has already ${status} this.`);
  }
}
