import type { LuaInput } from "../../lua/lua-value.ts";
import type { TimeOfDay } from "./time-of-day.ts";

/** What a behavior script may know of the task it shapes the answer to. */
export type BehaviorContext = {
  agentId: string;
  role: string;
  taskType: string;
  taskDescription: string;
  userId: string;
  /** Whatever the person set, usually `verbosity` and `style`; only plain values reach the script. */
  userPreferences: Readonly<Record<string, unknown>>;
  /** Tasks the agent has finished. */
  cyclesCompleted: number;
  /** From 0 to 1. */
  successRate: number;
  /** Failures since the last success. */
  recentFailures: number;
  timeOfDay: TimeOfDay;
  urgency: "low" | "normal" | "high";
  /** Names of the tools the role grants. */
  availableTools: readonly string[];
};

/** The example of the contract's documentation; `troupe behaviors run` uses it unless told otherwise. */
export const EXAMPLE_CONTEXT: BehaviorContext = {
  agentId: "agent-12345",
  role: "code_developer",
  taskType: "code_review",
  taskDescription: "Review PR #123 for security issues",
  userId: "user-789",
  userPreferences: { verbosity: "detailed", style: "friendly" },
  cyclesCompleted: 42,
  successRate: 0.92,
  recentFailures: 2,
  timeOfDay: "morning",
  urgency: "normal",
  availableTools: ["codebase_search", "code_quality", "fs_read_file"],
};

/** The table that scripts see as the global `context`. */
export function toLuaContext(context: BehaviorContext): { readonly [key: string]: LuaInput } {
  return {
    agent_id: context.agentId,
    role: context.role,
    task_type: context.taskType,
    task_description: context.taskDescription,
    user_id: context.userId,
    user_preferences: toPlainValues(context.userPreferences),
    cycles_completed: context.cyclesCompleted,
    success_rate: context.successRate,
    recent_failures: context.recentFailures,
    time_of_day: context.timeOfDay,
    urgency: context.urgency,
    available_tools: context.availableTools,
  };
}

const MOST_PREFERENCES = 50;

function toPlainValues(values: BehaviorContext["userPreferences"]): { [key: string]: LuaInput } {
  const plain = Object.entries(values).filter(([, value]) => isPlain(value));
  return Object.fromEntries(plain.slice(0, MOST_PREFERENCES)) as { [key: string]: LuaInput };
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}
