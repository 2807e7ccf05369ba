import type { Agent } from "../agents/agent.ts";
import { AppError } from "../base/errors.ts";
import type { BehaviorRun } from "../behaviors/behavior-engine.ts";
import { type SelectedModel, selectModel } from "../models/select-model.ts";
import { publishRoomEvent } from "../rooms/room-events.ts";
import { behave } from "./behave.ts";
import type { ClaimedTurn } from "./claimed-turn.ts";
import { explainFailure } from "./explain-failure.ts";
import { finishTurn, type TurnResult } from "./finish-turn.ts";
import { deliver } from "./deliver.ts";
import { createJournal, type Journal } from "./journal.ts";
import { type Delivery, openDelivery } from "./open-delivery.ts";
import { renderFacts } from "./render-facts.ts";
import { renderHistory } from "./render-history.ts";
import { renderSystem } from "./render-system.ts";
import { type Reply, replyWithTools } from "./reply-loop.ts";
import { createReplyStream } from "./reply-stream.ts";
import { isSummaryDue } from "./refresh-summary.ts";
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
  const delivery = await openDelivery(scope, turn, agent);
  const outcome = await answer(scope, { turn, agent, journal, delivery, signal });
  const delivered = await deliver(scope, { turn, journal, delivery }, outcome);
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
  const refusal = agent.refusal() ?? refuseEndless(agent, turn);
  if (refusal) return { status: "declined", text: refusal, reason: refusal, modelCalls: 0 };
  const stream = createReplyStream(scope.queue, turn, {
    draft: delivery?.draft,
    showStatus: delivery && ((text) => delivery.platform.showStatus(delivery.address, text)),
  });
  stream.thinking("thinking");
  journalContext(turn, journal);
  const { run, tools } = await behave(scope, { turn, agent, journal });
  const selected = select(scope, { turn, agent, journal });
  if (selected instanceof AppError) {
    return { status: "failed", text: selected.message, reason: selected.message, modelCalls: 0 };
  }
  const prompt = assemblePrompt(scope, answering, run);
  const waiting = setTimeout(() => void journal.write().catch(() => undefined), SHOW_JOURNAL_MS);
  let reply: Reply;
  try {
    reply = await replyWithTools(scope, {
      ...prompt,
      selected,
      tools,
      timeZone: turn.people[0]?.timeZone ?? "UTC",
      journal,
      stream,
      finished: turn.journal.flat(),
      signal,
    });
  } finally {
    clearTimeout(waiting);
    stream.end();
  }
  return { ...toResult(agent, selected, reply), ...toPins(selected, run) };
}

/** A turn that breaks off again and again is given up, with its reason, rather than tried for ever. */
function refuseEndless({ name }: Agent, { attempts }: ClaimedTurn): string | undefined {
  if (attempts < MOST_ATTEMPTS) return undefined;
  return `${name} could not finish this answer in ${attempts} attempts. An operator can see why in the turn's journal.`;
}

const MOST_ATTEMPTS = 10;

// A slow model's turn is looked at while it runs: its first steps are shown after this time.
const SHOW_JOURNAL_MS = 500;

function toResult(
  agent: Agent,
  { reference }: SelectedModel,
  reply: Reply,
): Pick<Answer, "status" | "text" | "reason" | "modelCalls"> {
  const { modelCalls } = reply;
  if (reply.ok) return { status: "done", text: reply.text, modelCalls };
  const text = explainFailure(agent.name, reference, reply.error);
  return {
    status: "failed",
    text,
    reason: `${reply.error.kind}: ${reply.error.message}`,
    modelCalls,
  };
}

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

function assemblePrompt(scope: TurnScope, { turn, agent }: Answering, { config }: BehaviorRun) {
  const facts = renderFacts(turn, config, scope.clock.now());
  return { system: renderSystem(agent), messages: renderHistory(turn, facts) };
}
