import type { Command, CommandAction } from "./command.ts";
import { usageOf } from "./usage.ts";

/** `/help`, made from the declarations of the commands it is to list, itself included. */
export function defineHelp(others: readonly Command[]): Command {
  const help: Command = {
    name: "help",
    description: "What you can tell the agents",
    actions: [
      { description: "What you can tell the agents", run: async () => ({ text: describe() }) },
    ],
  };

  function describe(): string {
    return [
      "Mention an agent to ask it something. Besides:",
      ...[...others, help].flatMap((command) => command.actions.map((each) => line(command, each))),
    ].join("\n");
  }

  return help;
}

function line(command: Command, action: CommandAction): string {
  const who = action.who ? ` (${action.who})` : "";
  return `- \`${usageOf(command, action)}\` ${action.description}${who}`;
}
