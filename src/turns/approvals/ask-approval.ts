import { AppError } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import type { ReplyAddress } from "../../rooms/platform/chat-platform.ts";
import { publishRoomEvent } from "../../rooms/room-events.ts";
import { statement } from "../../store/sql.ts";
import { toStorableJson, toStorableText } from "../../store/storable.ts";
import type { ClaimedTurn } from "../lane/claimed-turn.ts";
import { type Journal, LeaseLost } from "../journal/journal.ts";
import type { Delivery } from "../delivery/open-delivery.ts";
import type { TurnScope } from "../turn-scope.ts";
import type { ApprovalKind, ApprovalStatus } from "./approval.ts";
import { TurnAsleep } from "./turn-asleep.ts";

/** What is asked, and about which step of the turn. */
export type AskedApproval = {
  kind: ApprovalKind;
  step: string;
  tool?: string;
  arguments?: unknown;
  action: string;
  confidence?: number;
  /** The question as Markdown. */
  question: string;
};

export type Decision = {
  approvalId: string;
  status: Exclude<ApprovalStatus, "waiting">;
  decidedBy: string | null;
};

type Asking = { turn: ClaimedTurn; journal: Journal; delivery: Delivery | undefined };

/** How long a question can be decided. */
const EXPIRES_AFTER_MS = 60 * 60_000;

// Asks once for each step, or finds what was asked and decided before.
const ASK = statement(
  "ask_approval",
  `with asked as (
     insert into approval (id, turn_id, conversation_id, requester_id, kind, step, tool, arguments,
       action, confidence, created_at, expires_at, address)
     select $1, $2, c.id, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $13, $14::jsonb
     from conversation c where c.id = $3 and c.fence = $4
     on conflict (turn_id, step) do nothing returning id
   )
   select id, 'waiting' as status, null as "decidedBy", true as fresh from asked
   union all
   select a.id, a.status, a.decided_by, false from approval a, conversation c
   where a.turn_id = $2 and a.step = $7 and c.id = $3 and c.fence = $4`,
);

// Puts the turn to sleep and frees the lane, unless somebody was quicker to decide. The row of the
// approval is taken first, as those who decide take it, so that one of the two sees the other.
const SLEEP = statement(
  "sleep_turn",
  `with asked as (
     update approval a set external_id = $7 where a.id = $3 and a.status = 'waiting'
       and exists (select from conversation where id = $1 and fence = $2)
     returning a.id
   ), freed as (
     update conversation c set holder_id = null, message_count = message_count + 1,
       last_message_at = $5::timestamptz
     from asked where c.id = $1 and c.fence = $2 returning c.id, c.room_id, c.agent_id
   ), said as (
     insert into message (id, room_id, agent_id, text, external_id, posted_at)
     select $3, room_id, agent_id, $6, $7, $5::timestamptz from freed on conflict do nothing
   ), slept as (
     update turn t set status = 'waiting' from freed where t.id = $4
   ), undelivered as (
     delete from delivery d using freed where d.turn_id = $4
   )
   select exists (select from turn where conversation_id = $1 and status in ('pending', 'running')
     and id <> $4) as more from freed`,
);

const WITHDRAW = statement(
  "withdraw_question",
  `update approval set status = 'expired', decided_at = $2, closed_at = $2
   where id = $1 and status = 'waiting'`,
);

const NOTE_PLACE = statement(
  "note_question_place",
  `update approval set external_id = coalesce(external_id, $2) where id = $1`,
);

/**
 * Asks a person once for each step of the turn. The answer is the decision, where there is one
 * already; else the question is posted, the turn sleeps in the database, and `TurnAsleep` is thrown.
 * The turn resumes from its journal and asks here again to learn how it was decided.
 */
export async function askApproval(
  scope: TurnScope,
  { turn, journal, delivery }: Asking,
  asked: AskedApproval,
): Promise<Decision> {
  await journal.write();
  const address = delivery?.address;
  const found = await ask(scope, turn, { asked, address });
  if (found.status !== "waiting") return toDecision(found);
  await delivery?.draft.retract();
  const externalId = delivery ? await post(scope, delivery, { found, asked }) : found.id;
  delivery?.platform.showStatus(delivery.address, "");
  const [slept] = await scope.sql.rows<{ more: boolean }>(SLEEP, [
    turn.conversationId,
    turn.fence,
    found.id,
    turn.turnId,
    new Date(scope.clock.now()).toISOString(),
    toStorableText(asked.question),
    externalId,
  ]);
  if (!slept) return learnEarly(scope, { turn, asked, address, externalId });
  publishRoomEvent(scope.queue, turn.roomId, { type: "MessagePosted", messageId: found.id });
  publishRoomEvent(scope.queue, turn.roomId, {
    type: "ApprovalChanged",
    approvalId: found.id,
    turnId: turn.turnId,
    agentId: turn.agentId,
  });
  throw new TurnAsleep(slept);
}

/** The platform will never take the question: it is withdrawn, and the turn ends with the reason. */
export class QuestionRefused extends Error {}

async function post(
  scope: TurnScope,
  { platform, address }: Delivery,
  { found, asked }: { found: Found; asked: AskedApproval },
): Promise<string> {
  const { question } = asked;
  try {
    return await platform.ask(address, found.id, { question, resumed: !found.fresh });
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "UNAVAILABLE") throw error;
    await scope.sql.rows(WITHDRAW, [found.id, new Date(scope.clock.now()).toISOString()]);
    throw new QuestionRefused(error.message);
  }
}

/** Decided before the turn slept: it goes on at once, and whoever closes questions closes this one. */
async function learnEarly(
  scope: TurnScope,
  early: {
    turn: ClaimedTurn;
    asked: AskedApproval;
    address: ReplyAddress | undefined;
    externalId: string;
  },
): Promise<Decision> {
  const decision = toDecision(await ask(scope, early.turn, early));
  await scope.sql.rows(NOTE_PLACE, [decision.approvalId, early.externalId]);
  return decision;
}

type Found = { id: string; status: ApprovalStatus; decidedBy: string | null; fresh: boolean };

async function ask(
  scope: TurnScope,
  turn: ClaimedTurn,
  { asked, address }: { asked: AskedApproval; address: ReplyAddress | undefined },
): Promise<Found> {
  const now = scope.clock.now();
  const requester = turn.history.findLast(({ id }) => turn.askedIds.includes(id))?.personId ?? null;
  const [found] = await scope.sql.rows<Found>(ASK, [
    newId(),
    turn.turnId,
    turn.conversationId,
    turn.fence,
    requester,
    asked.kind,
    asked.step,
    asked.tool ?? null,
    asked.arguments === undefined ? null : toStorableJson(asked.arguments),
    toStorableText(asked.action),
    asked.confidence ?? null,
    new Date(now).toISOString(),
    new Date(now + EXPIRES_AFTER_MS).toISOString(),
    address ? toStorableJson(address) : null,
  ]);
  if (!found) throw new LeaseLost();
  return found;
}

function toDecision({ id, status, decidedBy }: Found): Decision {
  if (status === "waiting") throw new LeaseLost();
  return { approvalId: id, status, decidedBy };
}
