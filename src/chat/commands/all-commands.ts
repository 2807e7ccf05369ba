import { agentCommand } from "./agent-command.ts";
import { behaviorCommand } from "./behavior-command.ts";
import { budgetCommand } from "./budget-command.ts";
import type { Command, CommandAction, CommandOption } from "./command.ts";
import { feedbackCommand } from "./feedback-command.ts";
import { defineHelp } from "./help-command.ts";
import { memoryCommand } from "./memory-command.ts";
import { preferencesCommand } from "./preferences-command.ts";
import { stopCommand } from "./stop-command.ts";

const COMMANDS: readonly Command[] = [
  agentCommand,
  behaviorCommand,
  feedbackCommand,
  stopCommand,
  budgetCommand,
  memoryCommand,
  preferencesCommand,
];

/** Every command, in the order of `/help`. */
export const ALL_COMMANDS: readonly Command[] = [...COMMANDS, defineHelp(COMMANDS)];

/** The declared command and action; undefined for what is not declared. */
export function findAction(
  name: string,
  action: string | undefined,
): { command: Command; action: CommandAction } | undefined {
  const command = ALL_COMMANDS.find((each) => each.name === name);
  const found = command?.actions.find((each) => each.name === action);
  return command && found && { command, action: found };
}

/** The option that a form is to ask for before the action runs, if any. */
export function findQuestion(
  { options = [] }: CommandAction,
  values: Readonly<Record<string, string | undefined>>,
): CommandOption | undefined {
  return options.find(({ name, question }) => {
    if (!question || values[name] !== undefined) return false;
    return Object.entries(question.when ?? {}).every(([other, value]) => values[other] === value);
  });
}
