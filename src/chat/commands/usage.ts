import type { Command, CommandAction, CommandOption } from "./command.ts";

/** How an action is written, such as `/agent invite <agent> [mention|always|listen]`. */
export function usageOf(command: Command, action: CommandAction): string {
  return [`/${command.name}`, hintOf(action)].filter((part) => part !== "").join(" ");
}

/** The same without the command. */
export function hintOf({ name, options = [] }: CommandAction): string {
  return [...(name === undefined ? [] : [name]), ...options.map(describe)].join(" ");
}

function describe({ name, choices, required }: CommandOption): string {
  const what = choices?.join("|") ?? name;
  return required ? `<${what}>` : `[${what}]`;
}
