import { toErrorMessage } from "../../base/errors.ts";
import { CONVERSATION_LANE } from "../../rooms/receive-message.ts";
import { statement } from "../../store/sql.ts";
import { claimConversation, releaseConversation } from "./claim-conversation.ts";
import type { ClaimedTurn } from "./claimed-turn.ts";
import { LeaseLost } from "../journal/journal.ts";
import { SUMMARY_LANE } from "../refresh-summary.ts";
import { runTurn } from "../run-turn.ts";
import { createRunningTurns, type RunningTurns } from "./running-turns.ts";
import { TurnInterrupted } from "../turn-interrupted.ts";
import type { TurnScope } from "../turn-scope.ts";

const WAITS = statement(
  "conversation_waits",
  `select id from turn where conversation_id = $1 and status in ('pending', 'running') limit 1`,
);

const HELD_DELAY_MS = 1000;

/**
 * The job of the conversation lane: answers what waits in one conversation, turn by turn, until
 * nothing does. Safe to run at any time, twice, or in two processes: the claim decides. Once
 * `stopping` is aborted the running turn ends, and what waits behind it is left to other processes.
 */
export function createConversationRunner(
  scope: TurnScope,
  stopping: AbortSignal = new AbortController().signal,
): (conversationId: string, signal: AbortSignal) => Promise<void> {
  // Two jobs of one conversation in this process share a holder id, so the claim cannot part them.
  const running = new Set<string>();
  const turns = createRunningTurns(scope);

  return async (conversationId, signal) => {
    if (running.has(conversationId)) return tryAgainLater(scope, conversationId);
    running.add(conversationId);
    try {
      await answerAll(scope, conversationId, { signal, stopping, turns });
    } finally {
      running.delete(conversationId);
    }
  };
}

async function answerAll(
  scope: TurnScope,
  conversationId: string,
  { signal, stopping, turns }: { signal: AbortSignal; stopping: AbortSignal; turns: RunningTurns },
): Promise<void> {
  while (!signal.aborted) {
    const turn = await claimConversation(scope, conversationId);
    if (!turn) return retryIfHeld(scope, conversationId);
    const { more, summaryDue } = await turns.run(turn, signal, (joined) =>
      runClaimed(scope, turn, joined),
    );
    if (summaryDue) await scope.queue.enqueue(SUMMARY_LANE, conversationId);
    if (!more) return;
    if (stopping.aborted) return scope.queue.enqueue(CONVERSATION_LANE, conversationId);
  }
}

/** Nothing to claim: either nothing waits, or another live worker holds it and may end too soon. */
async function retryIfHeld(scope: TurnScope, conversationId: string): Promise<void> {
  const rows = await scope.sql.rows(WAITS, [conversationId]);
  if (rows.length > 0) await tryAgainLater(scope, conversationId);
}

function tryAgainLater({ queue }: TurnScope, conversationId: string): Promise<void> {
  return queue.enqueue(CONVERSATION_LANE, conversationId, { delayMs: HELD_DELAY_MS });
}

async function runClaimed(scope: TurnScope, turn: ClaimedTurn, signal: AbortSignal) {
  const { turnId } = turn;
  try {
    return await runTurn(scope, turn, signal);
  } catch (error) {
    if (error instanceof LeaseLost) {
      scope.log.warn({ turnId }, "turn was taken over by another worker");
      return { more: false, summaryDue: false };
    }
    // Handed back at once: whoever claims next resumes from the journal.
    await releaseConversation(scope, turn);
    if (!(error instanceof TurnInterrupted)) {
      scope.log.error({ turnId, error: toErrorMessage(error) }, "turn broke off");
    }
    throw error;
  }
}
