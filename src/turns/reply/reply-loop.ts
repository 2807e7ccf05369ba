import { isBlank } from "../../base/is-blank.ts";
import { toErrorMessage } from "../../base/errors.ts";
import type { ModelError, ModelEvent, ModelMessage, ToolCall } from "../../llm/language-model.ts";
import type { SelectedModel } from "../../models/select-model.ts";
import { runTool } from "../../tools/run-tool.ts";
import type { Tool } from "../../tools/tool.ts";
import type { Permissions } from "../approvals/permissions.ts";
import { callModel } from "./call-model.ts";
import type { Journal } from "../journal/journal.ts";
import type { ReplyStream } from "./reply-stream.ts";
import { TurnStopped } from "../lane/running-turns.ts";
import { findToolFlaw } from "../success/find-tool-flaw.ts";
import type { Flaw } from "../success/flaw.ts";
import { TurnInterrupted } from "../turn-interrupted.ts";
import type { TurnStep } from "../journal/turn-step.ts";
import type { TurnScope } from "../turn-scope.ts";

export type Reply =
  | { ok: true; text: string; flaw?: Flaw; modelCalls: number }
  | { ok: false; error: ModelError; modelCalls: number };

export type ReplyInput = {
  selected: SelectedModel;
  system: string;
  messages: ModelMessage[];
  tools: ReadonlyMap<string, Tool>;
  permissions: Permissions;
  timeZone: string;
  journal: Journal;
  stream: ReplyStream;
  /** What the journal holds of this reply from before a crash. */
  finished: TurnStep[];
  turnId: string;
  signal: AbortSignal;
};

type ModelAnswer = Extract<ModelEvent, { type: "done" }>;
type ToolOutput = { callId: string; name: string; output: string; isError: boolean };

const MOST_ROUNDS = 8;

/**
 * Calls the model, runs the tools it asks for, and repeats until it answers. Each finished call is
 * journalled before the next begins; calls that the journal holds already are not made again.
 */
export async function replyWithTools(scope: TurnScope, input: ReplyInput): Promise<Reply> {
  const messages = [...input.messages];
  const finished = [...input.finished];
  const used: ToolOutput[] = [];
  const specs = Array.from(input.tools.values(), ({ spec }) => spec);
  for (let round = 1; ; round++) {
    const lastRound = round >= MOST_ROUNDS;
    const done =
      takeModelAnswer(finished) ??
      (await callModel(scope, input, messages, lastRound ? [] : specs));
    if (done.type === "failed") return { ok: false, error: done.error, modelCalls: round };
    if (done.toolCalls.length === 0 || lastRound) {
      return endOf(done, { modelCalls: round, flaw: findToolFlaw(used, input.tools) });
    }
    await input.journal.write();
    const { text, toolCalls, providerState } = done;
    messages.push({
      role: "assistant",
      text,
      toolCalls,
      ...(providerState !== undefined && { providerState }),
    });
    const results: ToolOutput[] = [];
    for (const [index, call] of toolCalls.entries()) {
      const step = `${round}/${index}`;
      results.push(
        takeToolOutput(finished, call) ?? (await callTool(scope, input, { call, step })),
      );
    }
    used.push(...results);
    messages.push({ role: "tool", results });
  }
}

function endOf(
  done: ModelAnswer,
  { modelCalls, flaw }: { modelCalls: number; flaw: Flaw | undefined },
): Reply {
  if (!isBlank(done.text)) {
    return { ok: true, text: done.text, modelCalls, ...(flaw && { flaw }) };
  }
  const message = `the model still asked for tools after ${MOST_ROUNDS} rounds`;
  return { ok: false, error: { kind: "empty", message, retryable: false }, modelCalls };
}

async function callTool(
  scope: TurnScope,
  input: ReplyInput,
  { call, step }: { call: ToolCall; step: string },
): Promise<ToolOutput> {
  const refusal = await input.permissions.refuse(call, step);
  const startedAt = scope.clock.now();
  if (refusal !== undefined) return skipTool(input, call, refusal);
  input.stream.tool(call.name, "running");
  const { output, isError } = await runTool(input.tools, call, {
    clock: scope.clock,
    timeZone: input.timeZone,
    callKey: `${input.turnId}/${step}`,
    signal: input.signal,
  }).catch((error: unknown) => ({ output: toErrorMessage(error), isError: true }));
  if (input.signal.aborted && !isStopped(input)) throw new TurnInterrupted();
  input.stream.tool(call.name, isError ? "failed" : "done");
  input.journal.add({
    kind: "tool",
    name: call.name,
    status: isError ? "failed" : "done",
    durationMs: scope.clock.now() - startedAt,
    output: { callId: call.id, input: call.input, output },
  });
  await input.journal.write();
  if (isStopped(input)) throw input.signal.reason;
  return { callId: call.id, name: call.name, output, isError };
}

function isStopped({ signal }: ReplyInput): boolean {
  return signal.reason instanceof TurnStopped;
}

/** A call that was not allowed: the model learns why and goes on. */
async function skipTool(
  { journal }: ReplyInput,
  { id: callId, name, input }: ToolCall,
  output: string,
): Promise<ToolOutput> {
  const result = { callId, input, output };
  journal.add({ kind: "tool", name, status: "skipped", durationMs: 0, output: result });
  await journal.write();
  return { callId, name, output, isError: false };
}

function takeModelAnswer(finished: TurnStep[]): ModelAnswer | undefined {
  const index = finished.findIndex(({ kind, status }) => kind === "reply" && status === "done");
  if (index === -1) return undefined;
  const [step] = finished.splice(index, 1);
  return { type: "done", ...((step as TurnStep).output as Omit<ModelAnswer, "type">) };
}

function takeToolOutput(finished: TurnStep[], call: ToolCall): ToolOutput | undefined {
  const index = finished.findIndex(
    ({ kind, output }) => kind === "tool" && (output as { callId?: string }).callId === call.id,
  );
  if (index === -1) return undefined;
  const [step] = finished.splice(index, 1);
  const { output } = (step as TurnStep).output as { output: string };
  return { callId: call.id, name: call.name, output, isError: step?.status === "failed" };
}
