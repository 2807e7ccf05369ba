import type { Agent } from "../agents/agent.ts";
import { AppError } from "../base/errors.ts";
import type { BehaviorRun } from "../behaviors/engine/behavior-engine.ts";
import { type SelectedModel, selectModel } from "../models/select-model.ts";
import { DELETED } from "../rooms/messages/unask.ts";
import { publishRoomEvent } from "../rooms/room-events.ts";
import { createPermissions } from "./approvals/permissions.ts";
import { TurnAsleep } from "./approvals/turn-asleep.ts";
import { behave } from "./behave.ts";
import type { ClaimedTurn } from "./lane/claimed-turn.ts";
import { finishTurn, type TurnResult } from "./finish-turn.ts";
import { deliver } from "./delivery/deliver.ts";
import { createJournal, type Journal } from "./journal/journal.ts";
import { type Delivery, openDelivery } from "./delivery/open-delivery.ts";
import { renderFacts } from "./prompt/render-facts.ts";
import { renderHistory } from "./prompt/render-history.ts";
import { renderSystem } from "./prompt/render-system.ts";
import { refuse } from "./reply/refuse.ts";
import { replyWithTools } from "./reply/reply-loop.ts";
import { createReplyStream } from "./reply/reply-stream.ts";
import { journalFiles, type LoadedFiles, loadFiles } from "./files/load-files.ts";
import { isSummaryDue } from "./refresh-summary.ts";
import { noteRetry } from "./success/note-retry.ts";
import {
  reviewAnswer,
  toFailure,
  toRefusal,
  toStopped,
  toUnanswered,
} from "./reply/turn-outcome.ts";
import type { TurnScope } from "./turn-scope.ts";

/** Answers one claimed turn, from assembling its prompt to its record; true where more waits. */
export async function runTurn(
  scope: TurnScope,
  turn: ClaimedTurn,
  signal: AbortSignal,
): Promise<{ more: boolean; summaryDue: boolean }> {
  const startedAt = scope.clock.now();
  const agent = await scope.agents.find(turn.agentId, turn.agentVersion);
  const journal = resumeJournal(scope, turn);
  await noteRetry(scope, turn);
  const delivery = openDelivery(scope, turn, agent);
  try {
    if (isUnasked(turn)) {
      await delivery?.draft.retract();
      const unasked = { status: "declined" as const, text: null, reason: DELETED, modelCalls: 0 };
      return await record(scope, { turn, journal, startedAt }, unasked);
    }
    const closed = await delivery?.platform.closedReason(delivery.address.workspace);
    const outcome = closed
      ? toRefusal("failed", closed)
      : await answer(scope, { turn, agent, journal, delivery, signal });
    return await conclude(scope, { turn, journal, delivery, closed, startedAt }, outcome);
  } catch (error) {
    // Whoever continues the turn also writes its reply: nothing of this process comes after theirs.
    delivery?.draft.abandon();
    delivery?.platform.showStatus(delivery.address, "");
    if (error instanceof TurnAsleep) return { more: error.more, summaryDue: false };
    throw error;
  }
}

type Ending = Pick<Answering, "turn" | "journal" | "delivery"> & {
  /** Why nothing can be posted in this workspace, where it does not let the product in any more. */
  closed: string | undefined;
  startedAt: number;
};

async function conclude(
  scope: TurnScope,
  ending: Ending,
  outcome: Answer,
): Promise<{ more: boolean; summaryDue: boolean }> {
  return record(scope, ending, await deliver(scope, ending, outcome));
}

async function record(
  scope: TurnScope,
  { turn, journal, startedAt }: Pick<Ending, "turn" | "journal" | "startedAt">,
  delivered: Omit<TurnResult, "responseMs">,
): Promise<{ more: boolean; summaryDue: boolean }> {
  const summaryDue = delivered.status === "done" && isSummaryDue(turn);
  journal.add({
    kind: "remember",
    name: "summary",
    status: summaryDue ? "done" : "skipped",
    durationMs: 0,
    output: { messages: turn.history.length, summaryDue },
  });
  journal.add({
    kind: "record",
    name: delivered.status,
    status: "done",
    durationMs: 0,
    output: { costMicros: journal.costMicros().toString(), modelCalls: delivered.modelCalls },
  });
  const result: TurnResult = { ...delivered, responseMs: scope.clock.now() - startedAt };
  const { messageId, more } = await finishTurn(scope, turn, { result, journal });
  if (result.text !== null) {
    publishRoomEvent(scope.queue, turn.roomId, { type: "MessagePosted", messageId });
  }
  return { more, summaryDue };
}

type Answering = {
  turn: ClaimedTurn;
  agent: Agent;
  journal: Journal;
  delivery: Delivery | undefined;
  signal: AbortSignal;
};
type Answer = Omit<TurnResult, "responseMs" | "text" | "externalIds"> & { text: string };

async function answer(scope: TurnScope, answering: Answering): Promise<Answer> {
  const { turn, agent, journal, delivery, signal } = answering;
  if (turn.stopReason) return toStopped(turn.stopReason);
  const refusal = refuse(agent, turn);
  if (refusal) return toRefusal("declined", refusal);
  const stream = createReplyStream(scope.queue, turn, {
    draft: delivery?.draft,
    holdsLease: scope.holdsLease,
    showStatus: delivery && ((text) => delivery.platform.showStatus(delivery.address, text)),
  });
  stream.thinking("thinking");
  journalContext(turn, journal);
  const { run, tools, arm } = await behave(scope, { turn, agent, journal });
  const selected = select(scope, { turn, agent, journal });
  if (selected instanceof AppError) return toRefusal("failed", selected.message);
  const senses = selected.model.senses(selected.name);
  const files = await loadFiles(scope, turn, { senses, signal });
  journalFiles(turn, files, journal);
  const prompt = assemblePrompt(scope, answering, { run, files });
  const thresholds = run.config;
  const finished = turn.journal.flat();
  const permissions = createPermissions(scope, answering, { tools, thresholds, finished });
  const waiting = setTimeout(() => void journal.write().catch(() => undefined), SHOW_JOURNAL_MS);
  try {
    const reply = await replyWithTools(scope, {
      ...prompt,
      selected,
      tools,
      permissions,
      turnId: turn.turnId,
      timeZone: turn.people[0]?.timeZone ?? "UTC",
      journal,
      // Words that a person may have to see first are shown to nobody before.
      stream: thresholds.askHumanBelow > 0 ? { ...stream, push: () => undefined } : stream,
      finished,
      signal,
    });
    const named = { agent: agent.name, reference: selected.reference };
    const result = reply.ok
      ? await reviewAnswer(reply, { ...named, permissions, thresholds })
      : toFailure(reply, named);
    return { ...result, ...toPins(selected, run), arm };
  } catch (error) {
    return { ...toUnanswered(error, turn), ...toPins(selected, run), arm };
  } finally {
    clearTimeout(waiting);
    stream.end();
  }
}

/** A turn that resumes may find that nobody asks it any more. */
function isUnasked({ history, askedIds }: ClaimedTurn): boolean {
  return !history.some(({ id }) => askedIds.includes(id));
}

// A slow model's turn is looked at while it runs: its first steps are shown after this time.
const SHOW_JOURNAL_MS = 500;

function toPins({ reference }: SelectedModel, { behavior }: BehaviorRun) {
  return {
    model: reference,
    ...(behavior && {
      behaviorRevisionId: behavior.revisionId,
      assignmentId: behavior.assignmentId ?? null,
    }),
  };
}

function resumeJournal(scope: TurnScope, turn: ClaimedTurn): Journal {
  return createJournal(scope, turn, {
    parts: turn.journal.length,
    costMicros: turn.journal
      .flat()
      .reduce((sum, { costMicros }) => sum + BigInt(costMicros ?? 0), 0n),
  });
}

function select(
  { providers, defaultModel }: TurnScope,
  { turn, agent, journal }: Pick<Answering, "turn" | "agent" | "journal">,
): SelectedModel | AppError {
  try {
    const selected = selectModel(providers, agent, defaultModel);
    if (turn.journal.length > 0) return selected;
    const { reference, why } = selected;
    journal.add({
      kind: "select",
      name: reference,
      status: "done",
      durationMs: 0,
      output: { why },
    });
    return selected;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const output = { reason: error.message };
    journal.add({ kind: "select", name: "none", status: "failed", durationMs: 0, output });
    return error;
  }
}

/** What the claim brought along; a turn that resumes has told it already. */
function journalContext(turn: ClaimedTurn, journal: Journal): void {
  if (turn.journal.length > 0) return;
  journal.add({
    kind: "assemble",
    name: "context",
    status: "done",
    durationMs: 0,
    output: {
      historyMessages: turn.history.length,
      askedMessages: turn.askedIds.length,
      hasSummary: turn.summary !== null,
      people: turn.people.map(({ id }) => id),
    },
  });
}

function assemblePrompt(
  scope: TurnScope,
  { turn, agent }: Answering,
  { run, files }: { run: BehaviorRun; files: LoadedFiles },
) {
  const facts = renderFacts(turn, run.config, scope.clock.now());
  return { system: renderSystem(agent), messages: renderHistory(turn, facts, files) };
}
