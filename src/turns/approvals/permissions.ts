import type { BehaviorConfig } from "../../behaviors/engine/behavior-contract.ts";
import type { ToolCall } from "../../llm/language-model.ts";
import { takeConfidence } from "../../tools/stated-confidence.ts";
import type { Tool } from "../../tools/tool.ts";
import type { ClaimedTurn } from "../lane/claimed-turn.ts";
import type { Journal } from "../journal/journal.ts";
import type { Delivery } from "../delivery/open-delivery.ts";
import type { TurnScope } from "../turn-scope.ts";
import type { TurnStep } from "../journal/turn-step.ts";
import { askApproval, type AskedApproval, type Decision } from "./ask-approval.ts";
import { describeCall, quoteArguments, quoteDraft, renderQuestion } from "./question-text.ts";

/** Who asks for permission: the turn with what it writes and where it is seen. */
export type Asking = { turn: ClaimedTurn; journal: Journal; delivery: Delivery | undefined };

export type Thresholds = Pick<BehaviorConfig, "confidenceThreshold" | "askHumanBelow">;

/** Nobody decided in time: what was asked about is not done, and the turn ends. */
export class ApprovalExpired extends Error {
  readonly action: string;

  constructor(action: string) {
    super(`nobody decided in time: ${action}`);
    this.action = action;
  }
}

/** What an agent may do without asking, and the asking where it may not. */
export type Permissions = {
  /** Undefined where the call may be made now; else what the model is told instead. */
  refuse(call: ToolCall, step: string): Promise<string | undefined>;
  /** Who declined the drafted answer; undefined where it may be posted. */
  refuseAnswer(text: string, confidence: number | undefined): Promise<string | undefined>;
};

/**
 * The rules. A tool without effects is used freely. One that requires confirmation is used only with
 * a person's approval; one that has effects also without, where the model states at least
 * `confidence_threshold` and `ask_human_below`. An answer that states less than `ask_human_below` is
 * shown to a person first. What states no confidence counts as unsure. After somebody has declined,
 * the turn asks no more and does nothing that needs asking.
 */
export function createPermissions(
  scope: TurnScope,
  asking: Asking,
  {
    tools,
    thresholds,
    finished,
  }: { tools: ReadonlyMap<string, Tool>; thresholds: Thresholds; finished: readonly TurnStep[] },
): Permissions {
  const { journal } = asking;
  let declined = finished.some(({ kind, status }) => kind === "tool" && status === "skipped");

  async function decide(asked: AskedApproval): Promise<Decision> {
    const decision = await askApproval(scope, asking, asked);
    const { approvalId, status, decidedBy } = decision;
    if (!isJournalled(finished, approvalId))
      journal.add({
        kind: "approve",
        name: asked.tool ?? asked.kind,
        status: status === "approved" ? "done" : "skipped",
        durationMs: 0,
        output: { approvalId, status, decidedBy, confidence: asked.confidence ?? null },
      });
    if (status === "expired") throw new ApprovalExpired(asked.action);
    return decision;
  }

  return {
    async refuse(call, step) {
      const tool = tools.get(call.name);
      if (!tool?.hasEffects) return undefined;
      const { input, confidence } = takeConfidence(call.input);
      const parsed = tool.input.safeParse(input);
      // What does not fit is not run, and the model is told so.
      if (!parsed.success) return undefined;
      const why = whyAsk(tool, confidence, thresholds);
      if (why === undefined) return undefined;
      if (declined) return "Not done: a person has declined already in this turn.";
      const action = describeCall(tool.name, tool.describe(parsed.data));
      const { status, decidedBy } = await decide({
        kind: "tool",
        step,
        tool: tool.name,
        arguments: input,
        action,
        ...(confidence !== undefined && { confidence }),
        question: renderQuestion({
          action,
          why,
          detail: quoteArguments(input),
          deciders: describeDeciders(asking),
        }),
      });
      if (status === "approved") return undefined;
      declined = true;
      return `Not done: ${decidedBy} declined it. Do not try it again; answer without it.`;
    },

    async refuseAnswer(text, confidence) {
      const { askHumanBelow } = thresholds;
      if (askHumanBelow === 0 || (confidence ?? 0) >= askHumanBelow) return undefined;
      const action = "post the answer I have drafted";
      const { status, decidedBy } = await decide({
        kind: "answer",
        step: "answer",
        action,
        ...(confidence !== undefined && { confidence }),
        question: renderQuestion({
          action,
          why: `${describeSureness(confidence)}, and below ${percent(askHumanBelow)} I ask first.`,
          detail: quoteDraft(text),
          deciders: describeDeciders(asking),
        }),
      });
      return status === "approved" ? undefined : (decidedBy ?? "Somebody");
    },
  };
}

/** A crash may have come between the decision's step and what it allowed. */
function isJournalled(finished: readonly TurnStep[], approvalId: string): boolean {
  return finished.some(
    ({ kind, output }) =>
      kind === "approve" && (output as { approvalId?: string }).approvalId === approvalId,
  );
}

function whyAsk(
  tool: Tool,
  confidence: number | undefined,
  { confidenceThreshold, askHumanBelow }: Thresholds,
): string | undefined {
  if (tool.requiresConfirmation) return "This needs a person's approval every time.";
  const needed = Math.max(confidenceThreshold, askHumanBelow);
  if ((confidence ?? 0) >= needed) return undefined;
  return `${describeSureness(confidence)}, and below ${percent(needed)} I do not act alone.`;
}

function describeSureness(confidence: number | undefined): string {
  return confidence === undefined
    ? "I cannot say how sure I am"
    : `I am ${percent(confidence)} sure`;
}

function describeDeciders({ turn }: Asking): string {
  const asked = turn.history.findLast(({ id }) => turn.askedIds.includes(id));
  const who = asked?.personId ? asked.name : "The one who asked";
  return `_${who} or a listed approver can decide within an hour._`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
