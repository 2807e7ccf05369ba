import { AppError } from "../../base/errors.ts";
import { findNear } from "../../base/find-near.ts";
import { toStorableText } from "../../store/storable.ts";
import { ALL_COMMANDS } from "./all-commands.ts";
import type { Command, CommandAction, CommandOption } from "./command.ts";
import { usageOf } from "./usage.ts";

export type ParsedCommand = {
  command: Command;
  action: CommandAction;
  values: Record<string, string>;
};

const WORD = /^\s*(?:"([^"]*)"|“([^”]*)”|(\S+))/u;

/**
 * Reads a command as people write it: its name, then words. Values stand in the order of the declared
 * options; the last one takes all the rest, others can be quoted. `INVALID` says how it is written.
 */
export function parseWords(name: string, text: string): ParsedCommand {
  const command = ALL_COMMANDS.find((each) => each.name === name.toLowerCase());
  if (!command) {
    const names = ALL_COMMANDS.map((each) => each.name);
    throw refuse(`There is no /${name.slice(0, 40)}.`, names, name);
  }
  const { action, rest } = takeAction(command, text);
  const values: Record<string, string> = {};
  let remaining = rest.trim();
  const options = action.options ?? [];
  for (const [index, option] of options.entries()) {
    const isLast = index === options.length - 1;
    const [value, after] = isLast ? [unquote(remaining), ""] : takeWord(remaining);
    remaining = after;
    if (value !== "") values[option.name] = value;
  }
  return { command, action, values: checkValues(command, action, values) };
}

/** The values an action takes, choices in lower case; `INVALID` for what is missing or no choice. */
export function checkValues(
  command: Command,
  action: CommandAction,
  values: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const usage = `Write it as \`${usageOf(command, action)}\`.`;
  const checked: Record<string, string> = {};
  for (const option of action.options ?? []) {
    const value = toStorableText(values[option.name] ?? "").trim();
    if (value) checked[option.name] = checkChoice(option, value, usage);
    else if (option.required)
      throw new AppError("INVALID", `The ${option.name} is missing. ${usage}`);
  }
  return checked;
}

function checkChoice({ choices }: CommandOption, value: string, usage: string): string {
  if (!choices) return value;
  const chosen = choices.find((choice) => choice === value.toLowerCase());
  if (chosen !== undefined) return chosen;
  throw new AppError(
    "INVALID",
    `"${value.slice(0, 40)}" is none of ${choices.join(", ")}. ${usage}`,
  );
}

function takeAction(command: Command, text: string): { action: CommandAction; rest: string } {
  const [only] = command.actions;
  if (only && only.name === undefined) return { action: only, rest: text };
  const [word, rest] = takeWord(text);
  const action = command.actions.find(({ name }) => name === word.toLowerCase());
  if (action) return { action, rest };
  const names = command.actions.map(({ name = "" }) => name);
  const usages = command.actions.map((each) => `\`${usageOf(command, each)}\``).join(", ");
  const what =
    word === ""
      ? `/${command.name} needs a word more.`
      : `There is no /${command.name} ${word.slice(0, 40)}.`;
  throw refuse(what, names, word, `There is ${usages}.`);
}

function refuse(what: string, names: string[], wanted: string, otherwise = "/help lists all.") {
  const [near] = wanted === "" ? [] : findNear(wanted.toLowerCase(), names);
  const hint = near === undefined ? otherwise : `Did you mean ${near}? ${otherwise}`;
  return new AppError("INVALID", `${what} ${hint}`);
}

function takeWord(text: string): [word: string, rest: string] {
  const match = WORD.exec(text);
  if (!match) return ["", ""];
  return [match[1] ?? match[2] ?? match[3] ?? "", text.slice(match[0].length).trim()];
}

function unquote(text: string): string {
  const match = /^(?:"([^"]*)"|“([^”]*)”)$/u.exec(text);
  return (match?.[1] ?? match?.[2] ?? text).trim();
}
