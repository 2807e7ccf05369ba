import type { Agent } from "../agents/agent.ts";
import type { BehaviorContext } from "../behaviors/engine/behavior-context.ts";
import type { BehaviorRef, BehaviorRun } from "../behaviors/engine/behavior-engine.ts";
import { classifyTask } from "../behaviors/engine/classify-task.ts";
import { timeOfDay } from "../behaviors/engine/time-of-day.ts";
import { type ChosenArm, chooseArm } from "../experiments/running/choose-arm.ts";
import type { Tool } from "../tools/tool.ts";
import type { ClaimedTurn } from "./lane/claimed-turn.ts";
import type { Journal } from "./journal/journal.ts";
import type { TurnScope } from "./turn-scope.ts";

export type Behaved = {
  run: BehaviorRun;
  tools: ReadonlyMap<string, Tool>;
  /** The arm that decided, where an experiment runs. */
  arm?: ChosenArm | undefined;
};

/**
 * Lets the behavior decide the manner of this answer and narrows the tools by it. A tool the agent
 * may not use, or that nobody knows, is noted in the journal and never granted. A turn that resumes
 * keeps the decision it was begun with.
 */
export async function behave(
  scope: TurnScope,
  { turn, agent, journal }: { turn: ClaimedTurn; agent: Agent; journal: Journal },
): Promise<Behaved> {
  const available = availableTools(scope, agent, turn);
  const earlier = turn.journal.flat().find(({ kind }) => kind === "behave");
  if (earlier) {
    const { run, arm } = earlier.output as Pick<Behaved, "run" | "arm">;
    return { run, arm, tools: narrow(scope, available, run.config.tools) };
  }
  const startedAt = performance.now();
  const nowMs = scope.clock.now();
  const { behavior, arm } = await chooseBehavior(scope, turn);
  const run = await scope.behaviors.run(behavior, toContext(agent, turn, available, nowMs), {
    knownTools: [...scope.toolbox.keys()],
    nowMs,
  });
  const refused = run.config.tools.filter((name) => !available.includes(name));
  journal.add({
    kind: "behave",
    name: run.behavior?.name ?? "default",
    status: run.outcome === "ok" || run.outcome === "default" ? "done" : "failed",
    durationMs: performance.now() - startedAt,
    output: { run, ...(arm && { arm }), ...(refused.length > 0 && { refusedTools: refused }) },
  });
  return { run, arm, tools: narrow(scope, available, run.config.tools) };
}

/** The arm of a running experiment, else what is assigned, else what applies to the role. */
async function chooseBehavior(
  scope: TurnScope,
  { experiment, behavior, conversationId, people }: ClaimedTurn,
): Promise<{ behavior: BehaviorRef | null; arm?: ChosenArm }> {
  if (!experiment) return { behavior };
  // Of several people who are answered at once, the first decides.
  const asking = { personId: people[0]?.id, conversationId };
  const found = await chooseArm(scope, experiment, asking);
  return found ? { behavior: found.behavior, arm: found.chosen } : { behavior };
}

function availableTools({ toolbox }: TurnScope, agent: Agent, turn: ClaimedTurn): string[] {
  return (agent.tools ?? turn.roleTools).filter((name) => toolbox.has(name));
}

function narrow(
  { toolbox }: TurnScope,
  available: string[],
  wanted: string[],
): ReadonlyMap<string, Tool> {
  const names = available.filter((name) => wanted.includes(name));
  return new Map(names.map((name) => [name, toolbox.get(name) as Tool]));
}

function toContext(
  agent: Agent,
  turn: ClaimedTurn,
  available: string[],
  nowMs: number,
): BehaviorContext {
  const asked = turn.history.filter(({ id }) => turn.askedIds.includes(id));
  const description = asked.map(({ text }) => text).join("\n");
  const person = turn.people[0];
  return {
    agentId: agent.slug,
    role: agent.role,
    ...classifyTask(description),
    taskDescription: description.slice(0, 4000).toWellFormed(),
    userId: person?.id ?? "",
    userPreferences: person?.preferences ?? {},
    cyclesCompleted: turn.statistics.cyclesCompleted,
    successRate: turn.statistics.successRate,
    recentFailures: turn.statistics.consecutiveFailures,
    timeOfDay: timeOfDay(nowMs, person?.timeZone ?? "UTC"),
    availableTools: available,
  };
}
