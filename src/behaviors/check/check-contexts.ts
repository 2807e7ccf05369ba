import { type BehaviorContext, EXAMPLE_CONTEXT } from "../engine/behavior-context.ts";

export type CheckCase = { name: string; context: BehaviorContext };

const TIMES = ["morning", "afternoon", "evening"] as const;
const URGENCIES = ["low", "normal", "high"] as const;

/** Situations that a behavior must have an answer to: the contract's example and its edges. */
export function checkContexts(role: string, roleTools: readonly string[]): CheckCase[] {
  const cases: [name: string, change: Partial<BehaviorContext>][] = [
    ["the contract's example", {}],
    ["a person without preferences", { userPreferences: {} }],
    ["no tools", { availableTools: [] }],
    ["the role's own tools", { availableTools: roleTools }],
    [
      "names and text in many scripts",
      {
        agentId: "größe-东京",
        userId: "Ünïcödé 👩🏽‍🚀",
        taskDescription: "Überprüfe 你好, שלום, \u{202E}مرحبا e\u0301 👩‍👩‍👧‍👦 \u{FFFD}",
      },
    ],
    ["an agent's first task", { cyclesCompleted: 0, successRate: 1, recentFailures: 0 }],
    ["an agent that keeps failing", { successRate: 0, recentFailures: 25 }],
    ["a conversation without a task", { taskType: "conversation", taskDescription: "" }],
    ["a long description", { taskDescription: "Look at this, please. ".repeat(180) }],
    ...TIMES.flatMap((timeOfDay) =>
      URGENCIES.map((urgency): [string, Partial<BehaviorContext>] => [
        `${timeOfDay}, ${urgency} urgency`,
        { timeOfDay, urgency },
      ]),
    ),
  ];
  return cases.map(([name, change]) => ({
    name,
    context: { ...EXAMPLE_CONTEXT, role, ...change },
  }));
}
