import { isBlank } from "../../base/is-blank.ts";
import { modelError } from "../../llm/errors.ts";
import type { ModelErrorKind } from "../../llm/language-model.ts";
import { takeAnswerConfidence } from "./answer-confidence.ts";
import { QuestionRefused } from "../approvals/ask-approval.ts";
import { ApprovalExpired, type Permissions, type Thresholds } from "../approvals/permissions.ts";
import type { ClaimedTurn } from "../lane/claimed-turn.ts";
import { explainFailure } from "./explain-failure.ts";
import type { TurnResult } from "../finish-turn.ts";
import type { Reply } from "./reply-loop.ts";
import { TurnStopped } from "../lane/running-turns.ts";
import type { Flaw } from "../success/flaw.ts";

type Outcome = Pick<TurnResult, "status" | "reason" | "flaw" | "modelCalls" | "forAskerAlone"> & {
  text: string;
};
type Named = { agent: string; reference: string };
type Reviewing = Named & { permissions: Permissions; thresholds: Thresholds };

/** An answer is posted as it is, unless the behavior wants a person to see an unsure one first. */
export async function reviewAnswer(
  { ok: _ok, text: written, ...counted }: Extract<Reply, { ok: true }>,
  { permissions, thresholds, ...named }: Reviewing,
): Promise<Outcome> {
  if (thresholds.askHumanBelow === 0) return { status: "done", text: written, ...counted };
  const { text, confidence } = takeAnswerConfidence(written);
  if (isBlank(text)) {
    const error = modelError("empty", "the answer holds nothing but its confidence");
    return toFailure({ ok: false, error, modelCalls: counted.modelCalls }, named);
  }
  const declinedBy = await permissions.refuseAnswer(text, confidence);
  if (declinedBy === undefined) return { status: "done", text, ...counted };
  const reason = `${declinedBy} declined the answer I had drafted, so I do not post it.`;
  return { status: "declined", text: reason, reason, modelCalls: counted.modelCalls };
}

/** Somebody told the turn to stop, which its room is told. */
export function toStopped(reason: string): Outcome {
  return { status: "declined", text: reason, reason, modelCalls: 0 };
}

/** The agent cannot answer at all: the reason is told and goes into the turn. */
export function toRefusal(status: "failed" | "declined", reason: string): Outcome {
  return { status, text: reason, reason, modelCalls: 0, forAskerAlone: true };
}

/** How a turn ends that was stopped or whose question led to no decision; any other error is thrown on. */
export function toUnanswered(error: unknown, turn: ClaimedTurn): Outcome {
  if (error instanceof TurnStopped) return toStopped(error.message);
  if (error instanceof QuestionRefused) return toRefusal("failed", error.message);
  if (error instanceof ApprovalExpired) return toExpired(error, turn);
  throw error;
}

/** Nobody decided in time: what was asked about is not done, and the room is told. */
function toExpired({ action }: ApprovalExpired, turn: ClaimedTurn): Outcome {
  const reason = `Nobody decided within an hour, so I did not do this: ${action}. Ask me again if it is still wanted.`;
  const modelCalls = turn.journal.flat().filter(({ kind }) => kind === "reply").length;
  return { status: "declined", text: reason, reason, modelCalls };
}

export function toFailure(
  { error, modelCalls }: Extract<Reply, { ok: false }>,
  { agent, reference }: Named,
): Outcome {
  const text = explainFailure(agent, reference, error);
  const reason = `${error.kind}: ${error.message}`;
  const flaw = FLAWS_BY_ERROR[error.kind];
  return { status: "failed", text, reason, modelCalls, forAskerAlone: true, ...(flaw && { flaw }) };
}

const FLAWS_BY_ERROR: Partial<Record<ModelErrorKind, Flaw>> = {
  refused: "filtered",
  empty: "empty",
};
