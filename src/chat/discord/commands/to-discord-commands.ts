import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  type RESTPutAPIApplicationCommandsJSONBody,
  ApplicationCommandOptionType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord.js";
import { ALL_COMMANDS } from "../../commands/all-commands.ts";
import type { CommandAction, CommandOption } from "../../commands/command.ts";

/** The commands as Discord registers them: for servers, and for direct conversations with the bot. */
export function toDiscordCommands(): RESTPutAPIApplicationCommandsJSONBody {
  return ALL_COMMANDS.map(({ name, description, actions }) => ({
    name,
    description,
    options: toOptions(actions),
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  }));
}

function toOptions(actions: readonly CommandAction[]): APIApplicationCommandOption[] {
  const [only] = actions;
  if (only && only.name === undefined) return (only.options ?? []).map(toOption);
  return actions.map(({ name = "", description, options = [] }) => ({
    type: ApplicationCommandOptionType.Subcommand as const,
    name,
    description,
    options: options.map(toOption),
  }));
}

function toOption(option: CommandOption): APIApplicationCommandBasicOption {
  const { name, description, required, kind, choices } = option;
  const base = {
    type: ApplicationCommandOptionType.String as const,
    name,
    description,
    ...(required && { required }),
  };
  if (kind !== "text") return { ...base, autocomplete: true };
  if (!choices) return base;
  return { ...base, choices: choices.map((value) => ({ name: value, value })) };
}
