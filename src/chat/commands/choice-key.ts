import type { CommandCall } from "./command.ts";

/** A command that waits for one value more, as buttons, menus and forms carry it. */
export type OpenCommand = Pick<CommandCall, "command" | "action" | "values"> & { option: string };

const PREFIX = "command";
/** Discord allows no more. */
const LONGEST = 100;

/** Such as `command:behavior:switch:behavior:agent=sage`; undefined where it would be too long. */
export function toChoiceKey({ command, action, option, values }: OpenCommand): string | undefined {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(known as [string, string][]).toString();
  const key = [PREFIX, command, action ?? "", option, query].join(":");
  return key.length > LONGEST ? undefined : key;
}

/** The inverse; undefined for what is none. Nothing of it is to be trusted: anybody may send it. */
export function fromChoiceKey(key: string): OpenCommand | undefined {
  const [prefix, command, action, option, query, ...rest] = key.split(":");
  if (prefix !== PREFIX || !command || !option || query === undefined || rest.length > 0) {
    return undefined;
  }
  const values = Object.fromEntries(new URLSearchParams(query));
  return { command, action: action || undefined, option, values };
}
