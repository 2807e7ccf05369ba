import { isDeepStrictEqual } from "node:util";
import { type Client, Routes } from "discord.js";
import type { Log } from "../../../base/log.ts";
import { toDiscordError } from "../api/discord-error.ts";
import { toDiscordCommands } from "./to-discord-commands.ts";

const COMMAND_FIELDS = ["name", "description", "options", "contexts", "integration_types"];
const OPTION_FIELDS = [
  "type",
  "name",
  "description",
  "required",
  "autocomplete",
  "choices",
  "options",
];

/**
 * Makes the application's commands what they are declared to be, all at once, and only where they
 * differ. A bot without the right to is told of in the log, and works on without commands.
 */
export async function registerCommands(client: Client<true>, log: Log): Promise<void> {
  const route = Routes.applicationCommands(client.application.id);
  const wanted = toDiscordCommands();
  try {
    const registered = (await client.rest.get(route)) as object[];
    if (isDeepStrictEqual(comparable(registered), comparable(wanted))) return;
    await client.rest.put(route, { body: wanted });
    log.info({ commands: wanted.length }, "discord: commands are registered");
  } catch (error) {
    const reason = toDiscordError(error, "the scope applications.commands").message;
    log.warn({ error: reason }, "discord: commands could not be registered");
  }
}

/** What was declared of commands, by name; Discord adds ids and defaults, and leaves false values out. */
function comparable(commands: readonly object[]): unknown[] {
  return commands
    .map((command) => pick(command, COMMAND_FIELDS))
    .sort((a, b) => (String(a["name"]) < String(b["name"]) ? -1 : 1));
}

function pick(value: object, fields: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const field of fields) {
    const found = (value as Record<string, unknown>)[field];
    if (found === undefined || found === null || found === false) continue;
    if (field === "options") {
      const options = (found as object[]).map((option) => pick(option, OPTION_FIELDS));
      if (options.length > 0) picked[field] = options;
    } else if (field === "choices") {
      picked[field] = (found as object[]).map((choice) => pick(choice, ["name", "value"]));
    } else picked[field] = found;
  }
  return picked;
}
