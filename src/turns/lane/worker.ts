import { toErrorMessage } from "../../base/errors.ts";
import { CONVERSATION_LANE } from "../../rooms/messages/receive-message.ts";
import { closeQuestions } from "../approvals/close-question.ts";
import { expireApprovals } from "../approvals/expire-approvals.ts";
import { forgetClicks } from "../feedback/press-feedback.ts";
import { settleEarlyFeedback } from "../feedback/settle-early-feedback.ts";
import { refreshSummary, SUMMARY_LANE } from "../refresh-summary.ts";
import { createConversationRunner } from "./run-conversation.ts";
import { sweepTurns } from "./sweep.ts";
import type { TurnScope } from "../turn-scope.ts";

const SWEEP_INTERVAL_MS = 15_000;
// What is younger has a run of its own on the way.
const SWEEP_AGE_MS = 10_000;
const SUMMARY_CONCURRENCY = 4;

/** Answers conversations until the returned function is called, and sweeps now and every 15 s. */
export async function startWorker(
  scope: TurnScope,
  { concurrency }: { concurrency: number },
): Promise<() => void> {
  const { queue, log } = scope;
  const stopping = new AbortController();
  const answer = createConversationRunner(scope, stopping.signal);
  await queue.work(CONVERSATION_LANE, answer, { concurrency, hereFirst: true });
  await queue.work(SUMMARY_LANE, (id, signal) => refreshSummary(scope, id, signal), {
    concurrency: SUMMARY_CONCURRENCY,
  });
  const sweep = async (minAgeMs: number) => {
    try {
      const woken = await sweepTurns(scope, { minAgeMs });
      await expireApprovals(scope);
      await closeQuestions(scope);
      await forgetClicks(scope);
      await settleEarlyFeedback(scope);
      if (woken > 0) log.info({ woken }, "sweep woke conversations");
    } catch (error) {
      log.warn({ error: toErrorMessage(error) }, "sweep failed");
    }
  };
  await sweep(0);
  const timer = setInterval(() => void sweep(SWEEP_AGE_MS), SWEEP_INTERVAL_MS);
  return () => {
    stopping.abort();
    clearInterval(timer);
  };
}
